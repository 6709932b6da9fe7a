package ai.narrows.ml;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.nn.Network;
import ai.narrows.nn.score.ScoringNetwork;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Appends the images that a model's decoder makes of latents. */
final class Decoder extends NetworkPass<Decoder.Latent> {
  private static final long serialVersionUID = 1L;

  private final PixelColumn column;
  private final ImageShape shape;

  /** A latent and its image, when it has one. */
  static final class Latent {
    final float[] values; // [latentDim]
    Row image;

    Latent(float[] values) {
      this.values = values;
    }
  }

  /** A decoder of a model for rows of a schema, which has a column of latents. */
  Decoder(FittedAutoencoder<?> model, SparkSession session, StructType schema) {
    super(model, session, schema, "latent");
    this.column = PixelColumn.ofNumbers(schema, model.getLatentCol());
    this.shape = model.imageShape();
  }

  @Override
  Batch<Latent> begin(ScoringNetwork network) {
    return new Images(network.network());
  }

  /** The images of one batch after the other. */
  private final class Images implements Batch<Latent> {
    private final Network network;
    private final ImageShape latentShape = new ImageShape(1, latentDim(), 1);
    private final float[] latents; // [capacity, latentDim]
    private final float[] pixels; // [capacity, height, width, channels]

    Images(Network network) {
      this.network = network;
      latents = new float[network.capacity() * latentDim()];
      pixels = new float[network.capacity() * shape.size()];
    }

    @Override
    public Latent read(Row row) {
      float[] values = new float[latentDim()];
      column.readFloats(row, latentShape, values, 0);
      return new Latent(values);
    }

    @Override
    public int parts(Latent row) {
      return 1;
    }

    @Override
    public void load(Latent row, int part, int index) {
      System.arraycopy(row.values, 0, latents, index * latentDim(), latentDim());
    }

    @Override
    public void run(int rows) {
      network.decodingPass(rows, latents, pixels);
    }

    @Override
    public void collect(Latent row, int part, int index) {
      row.image = ImageRows.toImage(null, shape, pixels, index * shape.size());
    }

    @Override
    public int columns() {
      return 1;
    }

    @Override
    public void write(Latent row, Object[] values, int from) {
      values[from] = row.image;
    }
  }
}
