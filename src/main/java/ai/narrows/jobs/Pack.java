package ai.narrows.jobs;

import ai.narrows.distributed.Described;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.source.ImageListing;
import ai.narrows.images.source.PathName;
import ai.narrows.images.source.ReadMode;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.jobs.options.OutputOptions;
import ai.narrows.jobs.options.ParamOptions;
import ai.narrows.jobs.output.Output;
import ai.narrows.jobs.pack.PackOwner;
import ai.narrows.jobs.pack.PackPlan;
import ai.narrows.jobs.pack.PackSettings;
import ai.narrows.jobs.pack.PackState;
import ai.narrows.jobs.pack.Packing;
import ai.narrows.ml.params.Definition;
import ai.narrows.ml.params.Definitions;
import ai.narrows.ml.params.PreprocessingParams;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Image files as rows of some well-sized Parquet files. */
@Command(
    name = "jobs/pack",
    sortOptions = false,
    header = "Packs many small image files into Parquet files that the other jobs read.",
    description =
        "%nWrites a table with id, label and labelName (with --labels folder) and image, in the order of the ids. A run"
            + " that was stopped goes on where it stopped when the same command is given again; until then its work is in"
            + " DIR.packing.%n")
public final class Pack extends Job {
  private static final Set<String> COMPRESSIONS = Set.of("none", "snappy", "zstd");
  private static final int AFTER_INPUT = 20;
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([kmg]?)");

  /** What reading a chunk costs each task slot, as {@link ImageListing#totalBytes} counts it. */
  long chunkBytes = 4L << 30;

  @Option(
      names = "--input",
      order = 10,
      required = true,
      arity = "1..*",
      paramLabel = "PATH",
      description =
          "Directories with image files, the files themselves or globs, on any file system that Hadoop knows.")
  List<String> paths;

  @Option(
      names = "--input-option",
      order = 11,
      paramLabel = "KEY=VALUE",
      description =
          "Option for the data source imagefolder, for example maxPixels=200000000. Can be given again.")
  Map<String, String> options = new LinkedHashMap<>();

  @Option(
      names = "--mode",
      order = 13,
      paramLabel = "MODE",
      defaultValue = "FAILFAST",
      description =
          "What becomes of files that cannot be read as images: FAILFAST stops with the name, DROPMALFORMED leaves them"
              + " out and counts them (default: ${DEFAULT-VALUE}).")
  ReadMode mode;

  @Option(
      names = "--labels",
      order = 12,
      paramLabel = "folder|none",
      defaultValue = "none",
      description =
          "folder: an image's class is the folder it lies in; labels number the folders' names"
              + " (default: ${DEFAULT-VALUE}).")
  String labels;

  private final ParamOptions size =
      new ParamOptions(
          Definitions.autoencoder(),
          Set.of("height", "width", "channels")::contains,
          ParamOptions::defaultOf);

  @Mixin OutputOptions output = new OutputOptions();

  @Option(
      names = "--file-size",
      order = 43,
      paramLabel = "SIZE",
      defaultValue = "128m",
      description =
          "Bytes of pixels in one file, with k, m or g behind the number; less where there are not enough images to"
              + " give every task slot one (default: ${DEFAULT-VALUE}).")
  String fileSize;

  @Option(
      names = "--compression",
      order = 44,
      paramLabel = "CODEC",
      defaultValue = "zstd",
      description = "Parquet's compression: none, snappy or zstd (default: ${DEFAULT-VALUE}).")
  String compression;

  private Preprocessing preprocessing;
  private long fileBytes;

  @Override
  void addOptions(CommandSpec spec) {
    size.addTo(spec, AFTER_INPUT);
  }

  private int value(Definition<?, Integer> definition) {
    return size.given(definition).or(definition::defaultValue).orElseThrow();
  }

  @Override
  void check() {
    if (!labels.equals("folder") && !labels.equals("none")) {
      throw new InputException("--labels must be folder or none, but is '" + labels + "'");
    }
    if (!COMPRESSIONS.contains(compression)) {
      throw new InputException(
          "--compression must be one of none, snappy, zstd, but is '" + compression + "'");
    }
    if (mode == ReadMode.PERMISSIVE) {
      throw new InputException(
          "--mode must be FAILFAST or DROPMALFORMED: a pack holds images, so there is no PERMISSIVE");
    }
    InputOptions.refuseMode(options);
    if (options.keySet().stream().anyMatch("labels"::equalsIgnoreCase)) {
      throw new InputException("--input-option labels: give --labels instead");
    }
    fileBytes = bytes(fileSize);
    preprocessing =
        new Preprocessing(
            value(PreprocessingParams.HEIGHT),
            value(PreprocessingParams.WIDTH),
            value(PreprocessingParams.CHANNELS));
  }

  private static long bytes(String size) {
    Matcher matcher = SIZE.matcher(size.toLowerCase(Locale.ROOT));
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw new InputException(
          "--file-size must be a number of bytes such as 128m, but is '" + size + "'");
    }
    int thousands = matcher.group(2).isEmpty() ? 0 : 1 + "kmg".indexOf(matcher.group(2));
    return Long.parseLong(matcher.group(1)) << (10 * thousands);
  }

  @Override
  void run(SparkSession spark, Progress progress) throws Exception {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    try (Output out = output.resume(sources(spark).add(paths), progress)) {
      Path pending = new Path(out.pending());
      FileSystem fileSystem = pending.getFileSystem(hadoop);
      long listed = System.currentTimeMillis();
      ImageListing listing = listing();
      PackPlan plan =
          PackPlan.of(
              listing.size(),
              listing.totalBytes(),
              listing.meanBytes(preprocessing),
              fileBytes,
              spark.sparkContext().defaultParallelism(),
              chunkBytes);
      progress.say(
          "Found %,d images: %,d for a file, %,d for a chunk",
          listing.size(), plan.perFile(), plan.perChunk());
      if (listing.passedOver().files() > 0) {
        progress.say("Passed over: %s", listing.passedOver());
      }
      Path folder = new Path(pending, PackState.FOLDER);
      int dropped;
      try (PackOwner owner = PackOwner.take(fileSystem, folder, output.directory, PackOwner.BEAT)) {
        PackState state =
            PackState.open(
                spark, fileSystem, pending, settings(listing, hadoop), listing, output.overwrite);
        new Packing(listing, listed, plan, state, owner)
            .run((from, to) -> write(spark, listing, plan, from, to, out), progress);
        dropped = state.dropped();
        owner.check();
        out.write("_SUCCESS", new byte[0]);
      }
      out.commit();
      fileSystem.delete(new Path(out.place(), PackState.FOLDER), true);
      progress.say(
          "Packed %,d images%s: %s", listing.size() - dropped, left(dropped), output.directory);
    }
  }

  private static String left(int dropped) {
    return dropped == 0 ? "" : String.format(Locale.ROOT, " (%,d unreadable left out)", dropped);
  }

  private void write(
      SparkSession spark, ImageListing listing, PackPlan plan, int from, int to, Output out) {
    DataFrameWriter<Row> rows =
        listing
            .rows(spark, from, to, plan.perFile(), preprocessing)
            .write()
            .mode(SaveMode.Append)
            .options(plan.parquet(compression));
    Described.run(
        spark.sparkContext(),
        String.format(
            Locale.ROOT, "packing images %,d to %,d of %,d", from + 1, to, listing.size()),
        () -> rows.parquet(out.pending()));
  }

  private ImageListing listing() {
    Map<String, String> all = new LinkedHashMap<>(options);
    all.put("labels", labels);
    all.put("mode", mode.name());
    return ImageListing.of(paths, all);
  }

  private PackSettings settings(ImageListing listing, Configuration hadoop) throws IOException {
    List<String> inputs = new ArrayList<>();
    for (String name : paths) {
      Path path = PathName.path(name);
      inputs.add(path.getFileSystem(hadoop).makeQualified(path).toString());
    }
    Map<String, String> all = new LinkedHashMap<>();
    all.put("--input", String.join(" ", inputs));
    options.forEach((key, value) -> all.put("--input-option " + key, value));
    all.put("--mode", mode.name());
    all.put("--labels", labels);
    all.put("--height", Integer.toString(preprocessing.height()));
    all.put("--width", Integer.toString(preprocessing.width()));
    all.put("--channels", Integer.toString(preprocessing.channels()));
    return new PackSettings(all, listing.labelNames());
  }

  static int run(String... args) {
    return new Pack().execute(args);
  }

  /**
   * Runs the command. Where it has not done its work, a JVM that was started for it ends with its
   * exit code.
   *
   * @throws JobException in any other JVM
   */
  public static void main(String[] args) {
    new Pack().start(args);
  }
}
