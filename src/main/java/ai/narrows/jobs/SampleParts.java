package ai.narrows.jobs;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Bar;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.Need;
import ai.narrows.jobs.options.OutputOptions;
import ai.narrows.jobs.output.Output;
import ai.narrows.report.PngFiles;
import ai.narrows.samples.PartDefect;
import ai.narrows.samples.PartKind;
import ai.narrows.samples.PartPainter;
import ai.narrows.samples.SamplePart;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A data set of made-up parts, with defects and their masks. */
@Command(
    name = "jobs/sample-parts",
    sortOptions = false,
    header = "Draws pictures of machined parts, some with defects, for trying things out.",
    description =
        "%nWrites PNG files in folders as MVTec AD has them: sound parts in train/good and test/good, those with a"
            + " defect in test/scratch, test/blob and test/missing, and in ground_truth a mask for each of these, white"
            + " where the defect is. The same options give the same pixels, and a picture does not depend on how many"
            + " there are.%n")
public final class SampleParts extends Job {
  private static final int MOST = 100_000;
  private static final int TRAIN = 0; // sets of pictures, as PartPainter counts them
  private static final int TEST = 1;

  @Option(
      names = "--part",
      order = 1,
      paramLabel = "KIND",
      defaultValue = "ring",
      description = "What to draw: ring, plate or gear (default: ${DEFAULT-VALUE}).")
  PartKind part;

  @Option(
      names = "--size",
      order = 2,
      paramLabel = "PIXELS",
      defaultValue = "128",
      description = "Height and width of the pictures, 32 to 1024 (default: ${DEFAULT-VALUE}).")
  int size;

  @Option(
      names = "--channels",
      order = 3,
      paramLabel = "N",
      defaultValue = "1",
      description = "1 for grey, 3 for colour (default: ${DEFAULT-VALUE}).")
  int channels;

  @Option(
      names = "--train",
      order = 4,
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many sound parts to train on (default: ${DEFAULT-VALUE}).")
  int train;

  @Option(
      names = "--test",
      order = 5,
      paramLabel = "N",
      defaultValue = "300",
      description = "How many parts to test with, sound or not (default: ${DEFAULT-VALUE}).")
  int test;

  @Option(
      names = "--anomalous-fraction",
      order = 6,
      paramLabel = "X",
      defaultValue = "0.5",
      description =
          "Share of the parts to test with that have a defect, from 0 to 1 (default: ${DEFAULT-VALUE}).")
  double anomalousFraction;

  @Option(
      names = "--defects",
      order = 7,
      paramLabel = "KIND,...",
      split = ",",
      defaultValue = "scratch,blob,missing",
      description =
          "What may be wrong with them, in turn: one or more of scratch, blob and missing (default: all).")
  List<PartDefect> defects;

  @Option(
      names = "--seed",
      order = 8,
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the pictures (default: ${DEFAULT-VALUE}).")
  long seed;

  @Mixin OutputOptions output = new OutputOptions();

  private int done; // pictures
  private long since; // when the first was begun

  @Override
  List<Need> needs() {
    return List.of(
        new Need("--anomalous-fraction", test > 0, "without --test above 0"),
        new Need("--defects", test > 0, "without --test above 0"),
        new Need("--defects", anomalousFraction > 0, "without --anomalous-fraction above 0"));
  }

  @Override
  void check() {
    bound("--size", size, PartPainter.LEAST_SIZE, PartPainter.MOST_SIZE);
    if (channels != 1 && channels != 3) {
      throw new InputException("--channels must be 1 or 3, but is " + channels);
    }
    bound("--train", train, 1, MOST);
    bound("--test", test, 0, MOST);
    if (!(anomalousFraction >= 0 && anomalousFraction <= 1)) {
      throw new InputException(
          "--anomalous-fraction must be from 0 to 1, but is " + anomalousFraction);
    }
    if (new HashSet<>(defects).size() < defects.size()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "--defects must name each kind once, but is '%s'",
              String.join(",", defects.stream().map(SampleParts::name).toList())));
    }
  }

  private static void bound(String option, int given, int least, int most) {
    if (given < least || given > most) {
      throw new InputException(
          String.format(
              Locale.ROOT, "%s must be from %d to %d, but is %d", option, least, most, given));
    }
  }

  @Override
  void run(SparkSession spark, Progress progress) throws Exception {
    int anomalous = (int) Math.round(anomalousFraction * test);
    PartPainter painter = new PartPainter(part, size, channels, seed);
    since = System.nanoTime();
    try (Output out = output.open(sources(spark), progress)) {
      for (int i = 0; i < train; i++) {
        write(out, "train/good/" + name(i), painter.sound(TRAIN, i), progress);
      }
      for (int i = 0; i < test - anomalous; i++) {
        write(out, "test/good/" + name(i), painter.sound(TEST, i), progress);
      }
      for (int i = 0; i < anomalous; i++) {
        PartDefect defect = defects.get(i % defects.size());
        int index = i / defects.size();
        SamplePart drawn = painter.defective(set(defect), index, defect);
        write(out, "test/" + name(defect) + "/" + name(index), drawn, progress);
        String mask = name(index).replace(".png", "_mask.png");
        ImageShape shape = new ImageShape(size, size, 1);
        out.write("ground_truth/" + name(defect) + "/" + mask, png(shape, drawn.mask()));
      }
      out.commit();
    }
    progress.say(
        "Drew %,d sound parts to train on, %,d sound and %,d defective ones to test with: %s",
        train, test - anomalous, anomalous, output.directory);
  }

  private void write(Output out, String file, SamplePart drawn, Progress progress)
      throws IOException {
    out.write(file, png(drawn.shape(), drawn.pixels()));
    done++;
    int total = train + test;
    long end = Bar.end(0, since, (double) done / total, System.nanoTime());
    progress.rounds(new Bar("drawing", done, total, "", since, end));
  }

  private static byte[] png(ImageShape shape, byte[] pixels) throws IOException {
    return PngFiles.encode(ImageRows.toBufferedImage(shape, pixels, 0));
  }

  /** The same whatever the number of pictures, as long as there are not more than 10,000. */
  private String name(int index) {
    int digits = Math.max(4, Integer.toString(Math.max(train, test) - 1).length());
    return String.format(Locale.ROOT, "%0" + digits + "d.png", index);
  }

  private static int set(PartDefect defect) {
    return switch (defect) {
      case SCRATCH -> 2;
      case BLOB -> 3;
      case MISSING -> 4;
    };
  }

  private static String name(PartDefect defect) {
    return defect.name().toLowerCase(Locale.ROOT);
  }

  static int run(String... args) {
    return new SampleParts().execute(args);
  }

  /**
   * Runs the command. Where it has not done its work, a JVM that was started for it ends with its
   * exit code.
   *
   * @throws JobException in any other JVM
   */
  public static void main(String[] args) {
    new SampleParts().start(args);
  }
}
