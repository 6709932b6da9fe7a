package ai.narrows.ml;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.pixels.PatchedImage;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.images.pixels.RegionFinder;
import ai.narrows.images.pixels.RegionRule;
import ai.narrows.nn.Network;
import ai.narrows.nn.score.ErrorSmoothing;
import ai.narrows.nn.score.Scoring;
import ai.narrows.nn.score.ScoringNetwork;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Appends a model's outputs to rows; only what has a column is computed. The parts of a row are its
 * image's patches, of which a whole image has one.
 */
final class Scorer extends NetworkPass<ScoredImage> {
  private static final long serialVersionUID = 1L;

  private final PixelColumn column;
  private final ImageShape shape;
  private final Outputs outputs;
  private final Scoring scoring;
  private final double patchQuantile;
  private final int mapSize; // side of error maps; 0 as the images that the network takes
  private final ErrorSmoothing smoothing;
  private final RegionRule regions; // null where none are wanted

  /** Which outputs are wanted, in the order of their columns. */
  private record Outputs(
      boolean error,
      boolean score,
      boolean prediction,
      boolean latent,
      boolean variance,
      boolean reconstruction,
      boolean errorMap,
      boolean regions,
      boolean mask,
      double threshold)
      implements Serializable {

    boolean measures() {
      return error || score || prediction;
    }

    boolean rebuilds() {
      return reconstruction || maps();
    }

    boolean maps() {
      return errorMap || regions || mask;
    }

    int columns() {
      int count = 0;
      for (boolean wanted :
          new boolean[] {
            error, score, prediction, latent, variance, reconstruction, errorMap, regions, mask
          }) {
        count += wanted ? 1 : 0;
      }
      return count;
    }
  }

  /** A scorer of a model for rows of a schema. */
  Scorer(FittedAutoencoder<?> model, SparkSession session, StructType schema) {
    super(model, session, schema, "image");
    PixelColumn images = model.pixelColumn(schema);
    this.column = model.features(session.sparkContext()).map(images::through).orElse(images);
    this.shape = model.imageShape();
    this.patchQuantile = model.getPatchQuantile();
    this.mapSize = model.backbone().size();
    this.outputs =
        new Outputs(
            !model.getReconstructionErrorCol().isEmpty(),
            !model.getAnomalyScoreCol().isEmpty(),
            !model.getPredictionCol().isEmpty(),
            !model.getLatentCol().isEmpty(),
            !model.getLatentVarianceCol().isEmpty(),
            !model.getReconstructionCol().isEmpty(),
            !model.getErrorMapCol().isEmpty(),
            !model.getRegionsCol().isEmpty(),
            !model.getMaskCol().isEmpty(),
            model.getThreshold());
    this.smoothing = model.data().statistics().smoothing();
    this.regions =
        outputs.regions || outputs.mask
            ? new RegionRule(model.getPixelThreshold(), model.getMinRegionArea())
            : null;
    this.scoring =
        outputs.score || outputs.prediction ? model.scoring() : Scoring.byReconstructionError();
  }

  private int pixelCount() {
    return shape.height() * shape.width();
  }

  @Override
  Batch<ScoredImage> begin(ScoringNetwork network) {
    return new Scores(network);
  }

  /** The outputs of one batch after the other. */
  private final class Scores implements Batch<ScoredImage> {
    private final ScoringNetwork scored;
    private final Network network;
    private final double[] errors;
    private final double[] scores;
    private final float[] pixels = new float[column.bytes() ? 0 : shape.size()];
    private final byte[] bytes = new byte[column.bytes() ? shape.size() : 0];
    private final float[] latents;
    private final float[] variances;
    private final float[] rebuilt;
    private final float[] maps; // [capacity, pixels]
    private final RegionFinder finder;
    private PatchedImage image; // read last

    Scores(ScoringNetwork scored) {
      this.scored = scored;
      network = scored.network();
      int rows = network.capacity();
      errors = new double[rows];
      scores = new double[rows];
      latents = new float[outputs.latent ? rows * latentDim() : 0];
      variances = new float[outputs.variance ? rows * latentDim() : 0];
      rebuilt = new float[outputs.reconstruction ? rows * shape.size() : 0];
      maps = new float[outputs.maps() ? rows * pixelCount() : 0];
      finder = regions == null ? null : new RegionFinder(regions);
    }

    @Override
    public ScoredImage read(Row row) {
      image = column.read(row, shape);
      return new ScoredImage(image.grid(), image.own());
    }

    @Override
    public int parts(ScoredImage row) {
      return row.patches();
    }

    @Override
    public void load(ScoredImage row, int patch, int index) {
      if (column.bytes()) {
        image.grid().cut(patch, image.bytes(), 0, bytes, 0);
        network.setRow(index, bytes, 0);
      } else {
        image.grid().cut(patch, image.floats(), 0, pixels, 0);
        network.setRow(index, pixels, 0);
      }
    }

    @Override
    public void run(int rows) {
      if (outputs.measures() || outputs.rebuilds()) {
        scoring.pass(scored, rows, errors, scores);
      } else {
        network.encodingPass(rows);
      }
      if (outputs.latent) {
        network.copyLatent(rows, latents, 0);
      }
      if (outputs.variance) {
        network.copyLatentVariance(rows, variances, 0);
      }
      if (outputs.reconstruction) {
        network.copyReconstruction(rows, rebuilt, 0);
      }
      if (outputs.maps()) {
        scored.errorMaps(rows, smoothing, maps);
      }
    }

    @Override
    public void collect(ScoredImage row, int patch, int index) {
      if (outputs.measures()) {
        row.score(patch, errors[index], scores[index]);
      }
      if (outputs.latent) {
        row.latent(latents, index, latentDim());
      }
      if (outputs.variance) {
        row.variance(variances, index, latentDim());
      }
      if (outputs.reconstruction) {
        row.reconstruction(patch, rebuilt, index * shape.size());
      }
      if (outputs.maps()) {
        row.errorMap(patch, maps, index * pixelCount());
      }
    }

    @Override
    public int columns() {
      return outputs.columns();
    }

    @Override
    public void write(ScoredImage row, Object[] values, int from) {
      int at = from;
      if (outputs.error) {
        values[at++] = row.error(patchQuantile);
      }
      double score = outputs.score || outputs.prediction ? row.score(patchQuantile) : 0;
      if (outputs.score) {
        values[at++] = score;
      }
      if (outputs.prediction) {
        values[at++] = score > outputs.threshold ? 1.0 : 0.0;
      }
      if (outputs.latent) {
        values[at++] = row.latent();
      }
      if (outputs.variance) {
        values[at++] = row.variance();
      }
      if (outputs.reconstruction) {
        values[at++] = row.reconstruction();
      }
      Row map = outputs.maps() ? row.errorMap(mapSize) : null;
      if (outputs.errorMap) {
        values[at++] = map;
      }
      if (finder != null) {
        finder.of(map, row.own());
      }
      if (outputs.regions) {
        values[at++] = Regions.toRows(finder.regions());
      }
      if (outputs.mask) {
        values[at] = ImageRows.toImage(null, finder.shape(), finder.mask());
      }
    }
  }
}
