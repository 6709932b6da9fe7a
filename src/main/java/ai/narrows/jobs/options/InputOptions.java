package ai.narrows.jobs.options;

import ai.narrows.distributed.Described;
import ai.narrows.images.HandleInvalid;
import ai.narrows.images.InputException;
import ai.narrows.images.RowIds;
import ai.narrows.images.source.FileNames;
import ai.narrows.images.source.ImageStream;
import ai.narrows.images.source.PassedOver;
import ai.narrows.images.source.ReadMode;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.output.Sources;
import ai.narrows.jobs.output.TableFormat;
import ai.narrows.ml.summary.ImageReading;
import ai.narrows.ml.summary.ImageSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.CollectionAccumulator;
import picocli.CommandLine.Option;

/**
 * Which images a job reads, as a DataFrame with the columns {@code id}, {@code image} and, where
 * known, {@code label}.
 */
public final class InputOptions {
  /** Column with the id of an image. */
  public static final String ID = "id";

  /** Column with the label of an image, where it has one. */
  public static final String LABEL = "label";

  /** Column with the name of the label, where it has one. */
  public static final String LABEL_NAME = "labelName";

  /** Column with the image. */
  public static final String IMAGE = "image";

  /** Column with the reason why an image cannot be read. */
  public static final String CORRUPT_REASON = "corruptReason";

  /**
   * A session's setting that a job may make, for ids that it makes; it stands until the job ends.
   */
  public static final String MIN_PIECES = "spark.sql.files.minPartitionNum";

  static final String IMAGE_FOLDER = "imagefolder";
  private static final String TABLE = "table";
  private static final String MODE = "mode";

  /** Files and directories with images, or the name of a table; null where a job needs none. */
  @Option(
      names = "--input",
      order = 10,
      required = true,
      arity = "1..*",
      paramLabel = "PATH",
      description =
          "Files or directories with images; globs and any file system that Hadoop knows. With --input-format table"
              + " the name of a table or view.")
  public List<String> paths; // null where a job can do without

  @Option(
      names = "--input-format",
      order = 11,
      paramLabel = "FORMAT",
      description =
          "idx, cifar, imagefolder, parquet or any other data source of Spark, such as delta, or table for a table of"
              + " Spark's catalogs; by default what the files look like.")
  String format;

  @Option(
      names = "--input-option",
      order = 12,
      paramLabel = "KEY=VALUE",
      description =
          "Option for the data source, as in spark.read().option(KEY, VALUE). Can be given again.")
  Map<String, String> options = new LinkedHashMap<>();

  @Option(
      names = "--where",
      order = 13,
      paramLabel = "SQL",
      description =
          "Take only the rows that satisfy this, for example: label = 1 AND index < 8000.")
  String where;

  @Option(
      names = "--image-col",
      order = 14,
      paramLabel = "NAME",
      defaultValue = IMAGE,
      description =
          "Column with the images, or field of a struct such as image.bytes (default: ${DEFAULT-VALUE}).")
  String imageColumn;

  @Option(
      names = "--id-col",
      order = 15,
      paramLabel = "NAME",
      description =
          "Column or field that names a row; binary ids become hexadecimal (default: id; where there is none, the file and the"
              + " place of the row in it).")
  String idColumn;

  @Option(
      names = "--label-col",
      order = 16,
      paramLabel = "NAME",
      description =
          "Column or field with the class of the image (default: label, where there is one).")
  String labelColumn;

  /** What to do with images that cannot be read. */
  @Option(
      names = "--mode",
      order = 17,
      paramLabel = "MODE",
      defaultValue = "FAILFAST",
      description =
          "What becomes of rows whose image is missing or damaged: FAILFAST stops with its name, DROPMALFORMED leaves"
              + " the row out, PERMISSIVE keeps it in scores and embeddings with null for both and, for image files,"
              + " the column corruptReason; training leaves it out (default: ${DEFAULT-VALUE}).")
  public ReadMode mode;

  private boolean idsOfThisRun;

  /** The options that say how to read an input, for jobs that can do without one. */
  public static List<Need> needs(boolean met, String reason) {
    return Need.all(
        met,
        reason,
        "--input-format",
        "--input-option",
        "--where",
        "--image-col",
        "--id-col",
        "--label-col",
        "--mode");
  }

  /**
   * The images; those that cannot be read are null, unless the mode is to fail.
   *
   * @throws InputException if a path is missing, no row is left or a column is not there
   */
  public Dataset<Row> read(SparkSession spark, Progress progress) {
    return read(spark, progress, "--", paths, where);
  }

  /**
   * Images of another input that is read as this one is.
   *
   * @param prefix how the names of its options begin
   * @param where which rows to take, null for all
   */
  public Dataset<Row> read(
      SparkSession spark, Progress progress, String prefix, List<String> paths, String where) {
    SparkContext context = spark.sparkContext();
    Dataset<Row> rows =
        Described.get(context, "looking at the input", () -> load(spark, progress, prefix, paths));
    String shown = shown(paths);
    NestedFields fields = new NestedFields();
    rows = fields.lift(rows, imageColumn, idColumn, labelColumn);

    PassedOver passedOver = PassedOver.of(rows);
    if (passedOver.files() > 0) {
      progress.say("Passed over in %s: %s", shown, passedOver);
    }
    InputRows.need(rows, imageColumn, "--image-col", shown);
    if (labelColumn != null) {
      InputRows.need(rows, labelColumn, "--label-col", shown);
    }
    rows = withIds(rows, fields, paths, progress);
    if (where != null) {
      rows = InputRows.filter(rows, where, prefix + "where");
    }
    if (Described.get(context, "looking at the input", rows.select(functions.lit(1))::isEmpty)) {
      throw new InputException(
          where == null
              ? "there are no images in " + shown
              : String.format(
                  Locale.ROOT, "no image in %s satisfies %swhere \"%s\"", shown, prefix, where));
    }
    rows = InputRows.rename(rows, fields, imageColumn, IMAGE, "--image-col");
    rows =
        labelColumn == null && !InputRows.has(rows, LABEL)
            ? rows
            : InputRows.rename(
                rows, fields, labelColumn == null ? LABEL : labelColumn, LABEL, "--label-col");
    return fields.withoutLifted(rows);
  }

  /** Where the images come from, for a model to remember. */
  public ImageSource source() {
    return source(paths, where);
  }

  /** The same of images that are read as these are. */
  ImageSource source(List<String> paths, String where) {
    return new ImageSource(paths, format == null ? "" : format, where == null ? "" : where);
  }

  /** How they are read, likewise. */
  public ImageReading reading() {
    return new ImageReading(
        options,
        imageColumn.equals(IMAGE) ? "" : imageColumn,
        idColumn == null ? "" : idColumn,
        labelColumn == null ? "" : labelColumn,
        mode == ReadMode.FAILFAST ? "" : mode.name());
  }

  private static String shown(List<String> paths) {
    return String.join(" ", paths);
  }

  /** Tells what is read, so that it is not overwritten meanwhile. */
  public Sources addTo(Sources sources, SparkSession spark) {
    return paths == null ? sources : addTo(sources, spark, paths);
  }

  /** The same of another input that is read as this one is. */
  public Sources addTo(Sources sources, SparkSession spark, List<String> paths) {
    return isTable()
        ? sources.addTable(spark, paths.get(0))
        : sources.add(
            paths.stream()
                .filter(
                    path -> InputFormat.isOfFiles(format) || Sources.isPath(path, sources.hadoop()))
                .toList());
  }

  /** Whether a catalog knows what is read. */
  boolean isTable() {
    return isTable(format);
  }

  /** Whether a format is that of tables of Spark's catalogs. */
  static boolean isTable(String format) {
    return TABLE.equalsIgnoreCase(format);
  }

  private Dataset<Row> load(
      SparkSession spark, Progress progress, String prefix, List<String> paths) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    DataFrameReader reader = spark.read().options(options);
    if (isTable()) {
      return InputRows.table(reader, prefix + "input", paths);
    }
    String source =
        InputFormat.isOfFiles(format)
            ? InputFormat.check(paths, format, "--input-format", hadoop, progress)
            : format;
    if (format == null) {
      DataSources.find(source, InputFormat.isOf(shown(paths), source));
    } else {
      DataSources.find(source, "--input-format", TABLE);
    }
    if (TableFormat.of(source).isPresent() && paths.size() > 1) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "--input-format %s reads one table, but %sinput names %s",
              source,
              prefix,
              String.join(", ", paths)));
    }
    KnownOptions.check(source, options);
    reader.format(source);
    if (IMAGE_FOLDER.equalsIgnoreCase(source)) {
      refuseMode(options);
      reader.option(MODE, modeOfFolders());
    }
    Dataset<Row> rows = InputFormat.load(reader, source, paths, hadoop);
    return mode == ReadMode.DROPMALFORMED ? rows.drop(CORRUPT_REASON) : rows;
  }

  /** Rows that are to be left out come as well, so that they are counted. */
  private String modeOfFolders() {
    return mode == ReadMode.FAILFAST ? mode.name() : ReadMode.PERMISSIVE.name();
  }

  /**
   * The images as they appear, with the columns that {@link #read} has of folders.
   *
   * @param more options of Spark's file stream source
   * @param passedOver is given the kind of each file that is no image by its name
   * @throws InputException if a folder does not exist, or an option is wrong
   */
  public Dataset<Row> readStream(
      SparkSession spark, Map<String, String> more, CollectionAccumulator<String> passedOver) {
    Map<String, String> all = new HashMap<>(options);
    all.put(MODE, modeOfFolders());
    all.putAll(more);
    Dataset<Row> images = ImageStream.of(spark, paths, all, passedOver);
    if (mode == ReadMode.DROPMALFORMED) {
      images = images.drop(CORRUPT_REASON);
    }
    return where == null ? images : InputRows.filter(images, where, "--where");
  }

  /**
   * Looks for files in watched folders that Spark passes over, since it cannot read their names.
   *
   * @throws InputException naming one
   */
  public void checkNames() {
    if (!FileNames.readsAll()) {
      ImageStream.check(paths, options);
    }
  }

  /** Makes sure that nobody sets imagefolder's mode behind the back of {@code --mode}. */
  public static void refuseMode(Map<String, String> options) {
    if (options.keySet().stream().anyMatch(MODE::equalsIgnoreCase)) {
      throw new InputException(
          "--input-option mode: give --mode instead, which the job has to know of");
    }
  }

  /** What a model does about images that cannot be read where it adds columns to the images. */
  public String handleInvalid() {
    HandleInvalid choice =
        switch (mode) {
          case FAILFAST -> HandleInvalid.ERROR;
          case DROPMALFORMED -> HandleInvalid.SKIP;
          case PERMISSIVE -> HandleInvalid.KEEP;
        };
    return choice.toString();
  }

  /** Ids come before the filter, so that a row's id does not depend on it. */
  private Dataset<Row> withIds(
      Dataset<Row> rows, NestedFields fields, List<String> paths, Progress progress) {
    if (idColumn != null) {
      InputRows.need(rows, idColumn, "--id-col", shown(paths));
    }
    if (idColumn != null || InputRows.has(rows, ID)) {
      RowIds.text(rows, idColumn == null ? ID : idColumn); // an error names it as the user does
      Dataset<Row> renamed =
          InputRows.rename(rows, fields, idColumn == null ? ID : idColumn, ID, "--id-col");
      return renamed.withColumn(ID, RowIds.text(renamed, ID));
    }
    Optional<List<String>> files =
        isTable() ? Optional.empty() : Optional.of(paths).filter(given -> areFiles(given, rows));
    Optional<Dataset<Row>> made = MadeIds.add(rows, files, dropsRows(), ID);
    if (made.isPresent()) {
      progress.say(
          "The input has no column `id`: an id is the file's path, #, and the place of the row in the file.");
      return made.get();
    }
    idsOfThisRun = true;
    progress.say(
        "The input has no column `id` and does not come from files alone: ids are numbers that hold for this run only."
            + " Give --id-col to compare runs.");
    return rows.withColumn(ID, functions.monotonically_increasing_id().cast("string"));
  }

  /** Whether ids were made that another run need not give to the same rows. */
  public boolean hasIdsOfThisRun() {
    return idsOfThisRun;
  }

  private boolean areFiles(List<String> paths, Dataset<Row> rows) {
    Configuration hadoop = rows.sparkSession().sessionState().newHadoopConf();
    return InputFormat.isOfFiles(format)
        || paths.stream().allMatch(path -> Sources.isPath(path, hadoop));
  }

  /** Whether Spark's source leaves out lines that it cannot parse. */
  private boolean dropsRows() {
    return options.entrySet().stream()
        .anyMatch(
            option ->
                MODE.equalsIgnoreCase(option.getKey())
                    && ReadMode.DROPMALFORMED.name().equalsIgnoreCase(option.getValue()));
  }
}
