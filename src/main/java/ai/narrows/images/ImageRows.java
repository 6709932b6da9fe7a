package ai.narrows.images;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Pixels as pictures: Spark's image struct and Java's {@link BufferedImage}. Pixels are row-major,
 * [height, width, channels], colour in the order blue, green, red; floats from 0 to 1 are rounded
 * to the nearest of 256 values, and those beyond are cut off.
 */
public final class ImageRows {

  /** Number of fields of the image struct. */
  public static final int FIELDS = schema().length();

  private ImageRows() {}

  /** Type of an image column: Spark's struct (origin, height, width, nChannels, mode, data). */
  public static StructType schema() {
    return ImageSchema.columnSchema();
  }

  /**
   * One image as Spark's image struct.
   *
   * @param origin where it came from; may be null
   * @param shape its shape
   * @param pixels [height, width, channels] from {@code at} on, in [0, 1]
   * @param at where in {@code pixels} the image begins
   */
  public static Row toImage(String origin, ImageShape shape, float[] pixels, int at) {
    byte[] data = new byte[shape.size()];
    toBytes(pixels, at, data, 0, data.length);
    return toImage(origin, shape, data);
  }

  /** One image of uint8 pixels [height, width, channels], which are taken over. */
  public static Row toImage(String origin, ImageShape shape, byte[] data) {
    return RowFactory.create(
        origin, shape.height(), shape.width(), shape.channels(), mode(shape), data);
  }

  /** The struct out of the form that data sources give to Spark. */
  public static Row toRow(InternalRow image) {
    return RowFactory.create(
        image.getString(0),
        image.getInt(1),
        image.getInt(2),
        image.getInt(3),
        image.getInt(4),
        image.getBinary(5));
  }

  /** The same struct in the form that data sources give to Spark; takes {@code data} over. */
  public static InternalRow toInternal(UTF8String origin, ImageShape shape, byte[] data) {
    return new GenericInternalRow(
        new Object[] {origin, shape.height(), shape.width(), shape.channels(), mode(shape), data});
  }

  /**
   * One image as a picture of type {@code TYPE_BYTE_GRAY} or {@code TYPE_3BYTE_BGR}.
   *
   * @param shape its shape
   * @param pixels [height, width, channels] from {@code at} on, in [0, 1]
   * @param at where in {@code pixels} the image begins
   */
  public static BufferedImage toBufferedImage(ImageShape shape, float[] pixels, int at) {
    BufferedImage image = empty(shape);
    toBytes(pixels, at, data(image), 0, shape.size());
    return image;
  }

  /**
   * One image as a picture of type {@code TYPE_BYTE_GRAY} or {@code TYPE_3BYTE_BGR}.
   *
   * @param shape its shape
   * @param pixels [height, width, channels] from {@code at} on, 0 to 255
   * @param at where in {@code pixels} the image begins
   */
  public static BufferedImage toBufferedImage(ImageShape shape, byte[] pixels, int at) {
    BufferedImage image = empty(shape);
    System.arraycopy(pixels, at, data(image), 0, shape.size());
    return image;
  }

  private static BufferedImage empty(ImageShape shape) {
    return new BufferedImage(
        shape.width(),
        shape.height(),
        shape.channels() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
  }

  /** The samples themselves, in our order: a colour model's setters would apply a gamma. */
  private static byte[] data(BufferedImage image) {
    return ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
  }

  /** Rounds {@code count} values to the nearest of 0 to 255. */
  public static void toBytes(float[] pixels, int at, byte[] data, int to, int count) {
    for (int i = 0; i < count; i++) {
      data[to + i] = (byte) (Math.max(0f, Math.min(1f, pixels[at + i])) * 255f + 0.5f);
    }
  }

  /** OpenCV's type code: CV_8UC1 = 0, CV_8UC3 = 16. */
  private static int mode(ImageShape shape) {
    return 8 * (shape.channels() - 1);
  }
}
