package ai.narrows.jobs.options;

import ai.narrows.images.InputException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.streaming.Trigger;
import picocli.CommandLine.Option;

/** Whether images are scored as they appear, and how. */
public final class StreamOptions {
  /** Often enough for people, seldom enough for object stores, where listing costs. */
  private static final String DEFAULT_INTERVAL = "10s";

  private static final Pattern INTERVAL = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
  private static final Map<String, TimeUnit> UNITS =
      Map.of(
          "ms", TimeUnit.MILLISECONDS,
          "s", TimeUnit.SECONDS,
          "m", TimeUnit.MINUTES,
          "h", TimeUnit.HOURS);

  @Option(
      names = "--stream",
      order = 50,
      description =
          "Watch the input, folders of image files, and append the scores of every file that appears to the output, until"
              + " the job is stopped. Needs a --checkpoint. The same command goes on where it was, with the same output.")
  boolean stream;

  /** Directory with the record of processed files. */
  @Option(
      names = "--checkpoint",
      order = 51,
      paramLabel = "DIR",
      description =
          "Where --stream keeps which files are scored. It belongs to one output, and must last as long.")
  public String checkpoint;

  @Option(
      names = "--trigger-interval",
      order = 52,
      paramLabel = "TIME",
      description =
          "How often --stream looks for new files: a number with ms, s, m or h behind it (default: "
              + DEFAULT_INTERVAL
              + ").")
  String interval;

  @Option(
      names = "--available-now",
      order = 53,
      description = "With --stream: score what is there and not scored yet, then stop.")
  boolean availableNow;

  @Option(
      names = "--max-files-per-trigger",
      order = 54,
      paramLabel = "N",
      description =
          "The most files of each folder that --stream scores at a time, oldest first, so that their scores are there"
              + " before it goes on (default: all).")
  Integer maxFiles;

  /** What acts only beside the others. */
  public List<Need> needs() {
    return Need.all(
        stream,
        "without --stream",
        "--checkpoint",
        "--trigger-interval",
        "--available-now",
        "--max-files-per-trigger");
  }

  /** Whether images are scored as they arrive. */
  public boolean wanted() {
    return stream;
  }

  /** Checks what needs no Spark, with what does not go with a stream. */
  public void check(
      InputOptions input, OutputOptions output, ErrorMapOptions errorMaps, RegionOptions regions) {
    if (!stream) {
      return;
    }
    if (checkpoint == null) {
      throw new InputException(
          "--stream needs --checkpoint, a directory that keeps which files are scored");
    }
    check(input);
    if (errorMaps.wanted()) {
      throw new InputException(
          "--error-maps does not go with --stream: of what has not come yet, nobody knows the highest scores");
    }
    regions.checkStream();
    if (output.overwrite) {
      throw new InputException(
          "--overwrite does not go with --stream, which appends: choose another --output and --checkpoint to start over");
    }
    if (availableNow && interval != null) {
      throw new InputException(
          "--trigger-interval does not go with --available-now, which does not wait for new files");
    }
    if (maxFiles != null && maxFiles < 1) {
      throw new InputException("--max-files-per-trigger must be at least 1, but is " + maxFiles);
    }
    millis();
  }

  /** As Spark has it. */
  public Trigger trigger() {
    return availableNow
        ? Trigger.AvailableNow()
        : Trigger.ProcessingTime(millis(), TimeUnit.MILLISECONDS);
  }

  /** How often it looks, in words; empty if once. */
  public String everyInWords() {
    return availableNow ? "" : " every " + shown();
  }

  /** Options of Spark's file stream source. */
  public Map<String, String> ofSource() {
    return maxFiles == null ? Map.of() : Map.of("maxFilesPerTrigger", maxFiles.toString());
  }

  private String shown() {
    return interval == null ? DEFAULT_INTERVAL : interval;
  }

  private long millis() {
    Matcher parts = INTERVAL.matcher(shown());
    long millis =
        parts.matches() ? UNITS.get(parts.group(2)).toMillis(Long.parseLong(parts.group(1))) : 0;
    if (millis == 0) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "--trigger-interval must be a number above 0 with ms, s, m or h behind it, such as 10s, but is '%s'",
              shown()));
    }
    return millis;
  }

  /**
   * Checks what needs no Spark where image files are to be read as they appear.
   *
   * @throws InputException naming what does not go with that
   */
  private static void check(InputOptions input) {
    if (input.format != null && !InputOptions.IMAGE_FOLDER.equalsIgnoreCase(input.format)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "--stream watches folders of image files, so --input-format must be imagefolder or left out, but is '%s'",
              input.format));
    }
    refuseColumn("--image-col", input.imageColumn, InputOptions.IMAGE);
    refuseColumn("--id-col", input.idColumn, InputOptions.ID);
    refuseColumn("--label-col", input.labelColumn, null);
    InputOptions.refuseMode(input.options);
    if (input.options.keySet().stream().anyMatch("labels"::equalsIgnoreCase)) {
      throw new InputException(
          "--input-option labels: --stream cannot number folders of which more may come; an id begins with the folder's name");
    }
  }

  private static void refuseColumn(String option, String column, String only) {
    if (column != null && !column.equals(only)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s %s: the image files that --stream reads have the columns %s and %s alone",
              option,
              column,
              InputOptions.ID,
              InputOptions.IMAGE));
    }
  }
}
