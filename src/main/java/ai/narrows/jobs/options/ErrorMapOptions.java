package ai.narrows.jobs.options;

import ai.narrows.images.ColumnNames;
import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.output.Output;
import ai.narrows.jobs.output.Sources;
import ai.narrows.jobs.output.TableOutput;
import ai.narrows.jobs.output.Written;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.nn.score.ScoreMethod;
import ai.narrows.report.PngFiles;
import ai.narrows.report.Rebuilt;
import ai.narrows.report.TopScores;
import ai.narrows.report.Triptych;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Option;

/**
 * Pictures of the images that score highest: each as the model sees it, as the model rebuilds it,
 * and where the two differ. The images are read once more for them.
 */
public final class ErrorMapOptions {
  private static final int DEFAULT_TOP = 20;
  private static final int MOST = 1000; // all of them are on the driver at once

  private static final int LONGEST = 1024; // pixels of an image's longer side

  /**
   * Of rows with the same id, one that was not among the highest may come out before one that was,
   * by rounding: as many more are looked at.
   */
  private static final int SPARE = 2;

  /** How far two scorings of an image may lie apart, its place in a batch being another. */
  private static final double ROUNDING = 1e-3;

  /** Directory for the pictures; null for none. */
  @Option(
      names = "--error-maps",
      order = 43,
      paramLabel = "DIR",
      description =
          "Also write pictures of the images with the highest scores into this directory, 0001.png the highest: the"
              + " image, its reconstruction and a heat map of the error; index.csv tells whose they are. The images are"
              + " read a second time for it.")
  public String directory;

  @Option(
      names = "--top",
      order = 44,
      paramLabel = "N",
      description = "How many images --error-maps shows (default: " + DEFAULT_TOP + ").")
  Integer top;

  /** Checks what needs no Spark. */
  public void check() {
    if (top != null && (top < 1 || top > MOST)) {
      throw new InputException(
          String.format(Locale.ROOT, "--top must be from 1 to %d, but is %d", MOST, top));
    }
    if (directory != null) {
      Triptych.check();
    }
  }

  /** What acts only beside the others. */
  public List<Need> needs() {
    return Need.all(wanted(), "without --error-maps", "--top");
  }

  /** Whether error maps are written. */
  public boolean wanted() {
    return directory != null;
  }

  /**
   * Where the pictures go, beside the scores; null if none are wanted.
   *
   * @param scores the job's other output
   * @param sources what is read meanwhile and must not be replaced
   */
  public Output open(OutputOptions options, TableOutput scores, Sources sources, Progress progress)
      throws IOException {
    if (!wanted()) {
      return null;
    }
    return options.beside(scores, "--error-maps", directory, Written.DIRECTORY, sources, progress);
  }

  /** Finds the rows to show, as {@link TopScores#read} reads them. */
  public Column highest(String scoreCol) {
    return TopScores.of(
        top == null ? DEFAULT_TOP : top,
        functions.col(InputOptions.ID),
        ColumnNames.quoted(scoreCol));
  }

  /**
   * Draws them.
   *
   * @param images among which they are
   * @param model that has scored them
   */
  public void write(
      List<TopScores.Entry> entries, Dataset<Row> images, FittedAutoencoder<?> model, Output out)
      throws IOException {
    boolean standard = ScoreMethod.of(model.getScoreMethod()) == ScoreMethod.COMBINED;
    Map<String, Deque<Rebuilt>> found = new HashMap<>(); // by id, highest score first
    highest(entries, images, model)
        .forEach(row -> found.computeIfAbsent(row.id(), id -> new ArrayDeque<>()).add(row));
    List<Rebuilt> rows = new ArrayList<>(); // [entries]
    for (TopScores.Entry entry : entries) {
      rows.add(same(entry, found.getOrDefault(entry.id(), new ArrayDeque<>()).poll(), standard));
    }
    Triptych triptych = new Triptych(Rebuilt.scale(rows));
    StringBuilder index = new StringBuilder(Written.ERROR_MAPS_INDEX + "\n");
    for (int i = 0; i < entries.size(); i++) {
      TopScores.Entry entry = entries.get(i);
      String file = String.format(Locale.ROOT, "%04d.png", i + 1);
      String name = entry.id() == null ? "(no id)" : entry.id();
      String note = String.format(Locale.ROOT, "score %.6g   rank %d", entry.score(), i + 1);
      out.write(file, PngFiles.encode(triptych.draw(name, note, rows.get(i))));
      index.append(
          String.format(
              Locale.ROOT, "%d,%s,%s,%s%n", i + 1, file, quoted(entry.id()), entry.score()));
    }
    out.write("index.csv", index.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The row of an entry, which must score as it did.
   *
   * @param standard whether scores are standard scores: these may differ by a part of 1
   */
  private static Rebuilt same(TopScores.Entry entry, Rebuilt row, boolean standard) {
    double again = row == null ? Double.NaN : row.score();
    double scale = Math.max(Math.abs(entry.score()), standard ? 1 : 0);
    if (!(Math.abs(again - entry.score()) <= ROUNDING * scale)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "image '%s' scored %s, but %s when it was read again for --error-maps: the input has changed meanwhile",
              entry.id(),
              entry.score(),
              row == null ? "is gone" : again));
    }
    return row;
  }

  /** The highest scores among all rows of these ids, of which several may have one. */
  private static List<Rebuilt> highest(
      List<TopScores.Entry> entries, Dataset<Row> images, FittedAutoencoder<?> model) {
    Column id = functions.col(InputOptions.ID);
    Object[] ids = entries.stream().map(TopScores.Entry::id).filter(Objects::nonNull).toArray();
    Column wanted = id.isin(ids);
    return Rebuilt.highest(
        images.where(ids.length == entries.size() ? wanted : wanted.or(id.isNull())),
        model,
        SPARE * entries.size(),
        LONGEST);
  }

  /** A field of a CSV file (RFC 4180). */
  static String quoted(String text) {
    return text == null ? "" : "\"" + text.replace("\"", "\"\"") + "\"";
  }
}
