import com.sun.management.OperatingSystemMXBean;
import java.awt.image.BufferedImage;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How long many small image files take to read, loose and packed.
 *
 * <p>Arguments: {@code make IDX_FILE COUNT DIR} writes COUNT PNG files of 28x28 pixels in 100 folders: the images of an IDX file, each
 * time shifted and flipped otherwise. {@code scan FORMAT DIR TIMES} reads all pixels TIMES times.
 */
public final class SmallFiles {
  private static final int FOLDERS = 100;

  public static void main(String[] args) throws IOException {
    if (args[0].equals("make")) {
      make(args[1], Integer.parseInt(args[2]), Path.of(args[3]));
    } else {
      scan(args[1], args[2], Integer.parseInt(args[3]));
    }
  }

  private static void make(String file, int count, Path directory) throws IOException {
    byte[] pixels; // [images, height, width]
    int images;
    int height;
    int width;
    try (DataInputStream in = new DataInputStream(new GZIPInputStream(new FileInputStream(file)))) {
      in.readInt();
      images = in.readInt();
      height = in.readInt();
      width = in.readInt();
      pixels = in.readAllBytes();
    }
    Random random = new Random(1);
    ImageIO.setUseCache(false);
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
      int from = i % images * height * width;
      boolean flip = random.nextBoolean();
      int down = random.nextInt(5) - 2;
      int right = random.nextInt(5) - 2;
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int row = Math.floorMod(y - down, height);
          int column = Math.floorMod((flip ? width - 1 - x : x) - right, width);
          image.getRaster().setSample(x, y, 0, pixels[from + row * width + column] & 0xff);
        }
      }
      Path folder = directory.resolve(String.format(Locale.ROOT, "%03d", (long) i * FOLDERS / count));
      Files.createDirectories(folder);
      ImageIO.write(image, "png", folder.resolve(String.format(Locale.ROOT, "%07d.png", i)).toFile());
    }
  }

  private static void scan(String format, String directory, int times) throws IOException {
    try (SparkSession spark = SparkSession.builder().appName("scan").config("spark.ui.enabled", "false").getOrCreate()) {
      for (int i = 0; i < times; i++) {
        long start = System.nanoTime();
        long cpu = cpuTime();
        List<long[]> parts =
            spark
                .read()
                .format(format)
                .load(directory)
                .select("image")
                .mapPartitions((MapPartitionsFunction<Row, long[]>) SmallFiles::sum, Encoders.kryo(long[].class))
                .collectAsList();
        double seconds = (System.nanoTime() - start) / 1e9;
        long rows = parts.stream().mapToLong(part -> part[0]).sum();
        long sum = parts.stream().mapToLong(part -> part[1]).sum();
        System.out.printf(
            Locale.ROOT, "%s: %,d images in %.1f s, %,.0f images/s; %.1f s of processor time (%d tasks, pixel sum %d)%n",
            format, rows, seconds, rows / seconds, (cpuTime() - cpu) / 1e9, parts.size(), sum);
      }
    }
  }

  /** Nanoseconds that all cores have spent on this process, which tells more than the clock on a machine that others use. */
  private static long cpuTime() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
  }

  /** Rows and the sum of their pixels. */
  private static Iterator<long[]> sum(Iterator<Row> rows) {
    long[] sums = new long[2];
    while (rows.hasNext()) {
      byte[] pixels = rows.next().getStruct(0).getAs(5);
      sums[0]++;
      for (byte pixel : pixels) {
        sums[1] += pixel & 0xff;
      }
    }
    return Arrays.asList(sums).iterator();
  }
}
