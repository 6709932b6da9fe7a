package ai.narrows.ml;

import ai.narrows.nn.score.ScoreMethod;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** The params of {@link ScoringParams} with their names, words and defaults. */
final class ScoringParamSet {
  final Param<String> imageCol;
  final Param<String> inputEncoding;
  final DoubleParam inputMin;
  final DoubleParam inputMax;
  final Param<String> idCol;
  final Param<String> handleInvalid;
  final Param<String> scoreMethod;
  final IntParam scoreSamples;
  final DoubleParam patchQuantile;
  final Param<String> reconstructionErrorCol;
  final Param<String> anomalyScoreCol;
  final Param<String> predictionCol;
  final Param<String> latentCol;
  final Param<String> latentVarianceCol;
  final Param<String> reconstructionCol;
  final Param<String> errorMapCol;

  ScoringParamSet(Params owner) {
    imageCol =
        text(
            owner,
            "imageCol",
            "column with the images: image struct, binary, struct with a field bytes, vector or array",
            "image");
    inputEncoding =
        text(
            owner,
            "inputEncoding",
            "what a binary image column holds: encoded (image files) or raw (uint8 pixels, BGR)",
            "encoded");
    inputMin =
        number(
            owner,
            "inputMin",
            "least possible value of the numbers in an image column of vectors or arrays: it becomes 0",
            0);
    inputMax =
        number(
            owner,
            "inputMax",
            "greatest possible value of these numbers: it becomes 1; if neither is set, whole numbers are uint8, 0 to 255",
            1);
    idCol =
        text(
            owner,
            "idCol",
            "column that names a row in errors and breaks ties; need not exist",
            "id");
    handleInvalid =
        text(
            owner,
            "handleInvalid",
            "rows whose image cannot be read: error, skip (leave out) or keep (outputs are null)",
            "error");
    scoreMethod =
        text(
            owner,
            "scoreMethod",
            "what the score is: " + ScoreMethod.names(),
            ScoreMethod.RECONSTRUCTION_ERROR.label());
    scoreSamples =
        new IntParam(
            owner,
            "scoreSamples",
            "draws of the latent for elbo and reconstructionProbability, at least 1");
    owner.setDefault(scoreSamples, 10);
    patchQuantile =
        new DoubleParam(
            owner,
            "patchQuantile",
            "which of its patches' scores an image has, in (0, 1]: the least that this share of them is not above; 1 for the highest");
    owner.setDefault(patchQuantile, 1.0);
    reconstructionErrorCol =
        text(
            owner,
            "reconstructionErrorCol",
            "output column: mean squared error per pixel; empty for none",
            "reconstructionError");
    anomalyScoreCol =
        text(
            owner,
            "anomalyScoreCol",
            "output column: score, higher is more anomalous; empty for none",
            "anomalyScore");
    predictionCol =
        text(
            owner,
            "predictionCol",
            "output column: 1.0 where the score is above the threshold; empty for none",
            "prediction");
    latentCol =
        text(owner, "latentCol", "output column: the latent as a vector; empty for none", "latent");
    latentVarianceCol =
        text(
            owner,
            "latentVarianceCol",
            "output column: variances of a VAE's posterior as a vector; empty for none",
            "");
    reconstructionCol =
        text(
            owner,
            "reconstructionCol",
            "output column: the rebuilt image as an image struct; empty for none",
            "");
    errorMapCol =
        text(
            owner,
            "errorMapCol",
            "output column: the error of each pixel as a grey image struct; empty for none",
            "");
  }

  private static DoubleParam number(Params owner, String name, String doc, double value) {
    DoubleParam param = new DoubleParam(owner, name, doc);
    owner.setDefault(param, value);
    return param;
  }

  private static Param<String> text(Params owner, String name, String doc, String value) {
    Param<String> param = new Param<>(owner, name, doc);
    owner.setDefault(param, value);
    return param;
  }
}
