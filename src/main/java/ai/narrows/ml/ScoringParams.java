package ai.narrows.ml;

import ai.narrows.images.pixels.InputRange;
import java.util.Optional;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of estimators and models: the columns they read and write, and what a binary one holds. An
 * empty name switches an output off.
 */
public interface ScoringParams extends Params {

  /** The params themselves, made once per instance. */
  ScoringParamSet scoringParams();

  /**
   * Column with the images: Spark's image struct; binary (see {@link #inputEncoding}); a struct
   * whose field {@code bytes} is binary; a vector or array of numbers (see {@link #inputMin} and
   * {@link #inputMax}); or arrays of arrays of numbers, [height][width] or
   * [height][width][channels]. Vectors, plain arrays and raw bytes know no shape: they fit wherever
   * the number of values does. {@code image.bytes} is the field of a struct where there is no
   * column of this name. Default: image.
   */
  default Param<String> imageCol() {
    return scoringParams().imageCol;
  }

  /**
   * What a binary image column holds: {@code encoded}, an image file, which is converted and
   * resized as images are; or {@code raw}, the pixels themselves, uint8 [height, width, channels]
   * with colours in the order blue, green, red, never resized. Default: encoded.
   */
  default Param<String> inputEncoding() {
    return scoringParams().inputEncoding;
  }

  /**
   * Least possible value of the numbers in an image column of vectors or arrays: it becomes 0, and
   * {@link #inputMax} becomes 1. Numbers outside are treated as {@link #handleInvalid} says.
   * Default: 0.
   */
  default DoubleParam inputMin() {
    return scoringParams().inputMin;
  }

  /**
   * Greatest possible value of the numbers in an image column of vectors or arrays, above {@link
   * #inputMin}. Where neither is set, arrays of whole numbers are uint8, from 0 to 255; {@code
   * array<tinyint>} by its bits. Default: 1.
   */
  default DoubleParam inputMax() {
    return scoringParams().inputMax;
  }

  /**
   * Column that names a row in errors and breaks ties between equal images; it need not exist.
   * Default: id.
   */
  default Param<String> idCol() {
    return scoringParams().idCol;
  }

  /**
   * What becomes of rows whose image is null, cannot be decoded, or has a value that is not finite
   * or outside {@link #inputMin} to {@link #inputMax}: {@code error} names the row; {@code skip}
   * leaves it out; {@code keep} leaves it in with null in every output column, and in {@code fit}
   * leaves it out as skip does. An image of a shape that does not fit is an error all the same, and
   * in {@code fit} so are values outside the range if more than half of the images have some.
   * Default: error.
   */
  default Param<String> handleInvalid() {
    return scoringParams().handleInvalid;
  }

  /**
   * What the score is, of {@link ai.narrows.nn.score.ScoreMethod}: reconstructionError,
   * normalizedError, elbo, reconstructionProbability, latentDistance, reencodingDistance, combined.
   * Default: reconstructionError; in a model the one that its threshold belongs to.
   */
  default Param<String> scoreMethod() {
    return scoringParams().scoreMethod;
  }

  /**
   * Draws of the latent for the scores elbo and reconstructionProbability, the same for every row,
   * at least 1. Default: 10.
   */
  default IntParam scoreSamples() {
    return scoringParams().scoreSamples;
  }

  /**
   * Which of its patches' values an image has, of reconstruction errors and scores, in (0, 1]: of n
   * the {@code ceil(patchQuantile * n)}-th from below, the least that this share of them is not
   * above. Without patches it must be 1. Default: 1, the highest; in a model the one that its
   * threshold belongs to.
   */
  default DoubleParam patchQuantile() {
    return scoringParams().patchQuantile;
  }

  /** Output: mean squared error per pixel, double. Default: reconstructionError. */
  default Param<String> reconstructionErrorCol() {
    return scoringParams().reconstructionErrorCol;
  }

  /** Output: the score, double, higher is more anomalous. Default: anomalyScore. */
  default Param<String> anomalyScoreCol() {
    return scoringParams().anomalyScoreCol;
  }

  /** Output: 1.0 where the score is above the threshold, otherwise 0.0. Default: prediction. */
  default Param<String> predictionCol() {
    return scoringParams().predictionCol;
  }

  /** Output: the latent, a vector; a VAE's posterior mean. Default: latent. */
  default Param<String> latentCol() {
    return scoringParams().latentCol;
  }

  /** Output: variances of a VAE's posterior, a vector. Default: none. */
  default Param<String> latentVarianceCol() {
    return scoringParams().latentVarianceCol;
  }

  /** Output: what the network makes of the image, Spark's image struct. Default: none. */
  default Param<String> reconstructionCol() {
    return scoringParams().reconstructionCol;
  }

  /**
   * Output: where the network fails, Spark's image struct [height, width, 1] of uint8. A pixel is
   * {@code round(255 * e)}, e being the root of the mean over its channels of the squared
   * difference between image and reconstruction, both in [0, 1]. Default: none.
   */
  default Param<String> errorMapCol() {
    return scoringParams().errorMapCol;
  }

  /** Name of the image column. */
  default String getImageCol() {
    return getOrDefault(imageCol());
  }

  /** What a binary image column holds. */
  default String getInputEncoding() {
    return getOrDefault(inputEncoding());
  }

  /** Value of {@link #inputMin}. */
  default double getInputMin() {
    return (Double) getOrDefault(inputMin());
  }

  /** Value of {@link #inputMax}. */
  default double getInputMax() {
    return (Double) getOrDefault(inputMax());
  }

  /**
   * The range of the numbers in the image column, if {@link #inputMin} or {@link #inputMax} is set.
   *
   * @throws ai.narrows.images.InputException if it is none
   */
  default Optional<InputRange> inputRange() {
    return isSet(inputMin()) || isSet(inputMax())
        ? Optional.of(InputRange.of(getInputMin(), getInputMax()))
        : Optional.empty();
  }

  /** Name of the id column. */
  default String getIdCol() {
    return getOrDefault(idCol());
  }

  /** What becomes of rows whose image cannot be read. */
  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  /** What the score is. */
  default String getScoreMethod() {
    return getOrDefault(scoreMethod());
  }

  /** Draws of the latent for likelihood scores. */
  default int getScoreSamples() {
    return (Integer) getOrDefault(scoreSamples());
  }

  /** Which of its patches' scores an image has. */
  default double getPatchQuantile() {
    return (Double) getOrDefault(patchQuantile());
  }

  /** Name of the column of reconstruction errors. */
  default String getReconstructionErrorCol() {
    return getOrDefault(reconstructionErrorCol());
  }

  /** Name of the column of scores. */
  default String getAnomalyScoreCol() {
    return getOrDefault(anomalyScoreCol());
  }

  /** Name of the column of predictions. */
  default String getPredictionCol() {
    return getOrDefault(predictionCol());
  }

  /** Name of the column of latents. */
  default String getLatentCol() {
    return getOrDefault(latentCol());
  }

  /** Name of the column of posterior variances. */
  default String getLatentVarianceCol() {
    return getOrDefault(latentVarianceCol());
  }

  /** Name of the column of reconstructions. */
  default String getReconstructionCol() {
    return getOrDefault(reconstructionCol());
  }

  /** Name of the column of error maps. */
  default String getErrorMapCol() {
    return getOrDefault(errorMapCol());
  }
}
