package ai.narrows.jobs.options;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.regexp_replace;

import ai.narrows.distributed.Described;
import ai.narrows.images.ColumnNames;
import ai.narrows.images.InputException;
import ai.narrows.images.RowIds;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.output.Sources;
import ai.narrows.ml.metrics.PixelMetrics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/**
 * Masks that say where images are defective, in MVTec AD's layout: {@code FOLDER/NAME_mask.png} for
 * the image whose id ends with {@code FOLDER/NAME.png}.
 */
public final class MaskOptions {
  /** Folder and name of a file, without its ending. */
  private static final String NAME = "([^/]+/[^/]+?)(\\.[^./]*)?$";

  private static final String DEFAULT_MAP = "errorMap";
  private static final String DEFAULT_MASK = "mask";
  private static final String ID = "mask id";
  private static final String KEY = "mask key";
  private static final String TRUTH = "mask truth";

  @Option(
      names = "--masks",
      order = 22,
      paramLabel = "DIR",
      description =
          "Masks of the defects, in which defective pixels are not 0: FOLDER/NAME_mask.png for the image with the id"
              + " FOLDER/NAME.png, as in MVTec AD's ground_truth. Measures the column --error-map-col against them.")
  String directory;

  @Option(
      names = "--error-map-col",
      order = 23,
      paramLabel = "NAME",
      description =
          "Column with the error maps, which jobs/score writes with --error-map-col "
              + DEFAULT_MAP
              + " (default: "
              + DEFAULT_MAP
              + ").")
  String errorMapColumn;

  @Option(
      names = "--mask-col",
      order = 24,
      paramLabel = "NAME",
      description =
          "Column with the model's masks, which jobs/score writes with --mask-col "
              + DEFAULT_MASK
              + ": their pixels and regions are compared with the defects (default: "
              + DEFAULT_MASK
              + ", where there is one).")
  String maskColumn;

  /** What acts only beside the others. */
  public List<Need> needs() {
    return Need.all(directory != null, "without --masks", "--error-map-col", "--mask-col");
  }

  /** Tells what is read, so that it is not overwritten meanwhile. */
  public Sources addTo(Sources sources) {
    return directory == null ? sources : sources.add(List.of(directory));
  }

  /**
   * The rows with a mask or none to need one, with the mask as a column.
   *
   * @param rows of a table of scores
   * @param anomalous condition that holds for images with defects
   * @param shown what the rows are called in errors
   * @param progress receives the number of masks and images that are left out
   * @return none if nothing is to be measured
   * @throws InputException if no mask belongs to a row, or one to several
   */
  public Optional<Dataset<Row>> rows(
      SparkSession spark, Dataset<Row> rows, Column anomalous, String shown, Progress progress) {
    if (directory == null) {
      return Optional.empty();
    }
    ColumnNames names = ColumnNames.of(rows);
    need(names, InputOptions.ID, "ids, which identify the images", shown);
    need(
        names,
        errorMapColumn(),
        "error maps (--error-map-col): score the images with --error-map-col of jobs/score",
        shown);
    if (maskColumn != null) {
      need(names, maskColumn, "masks (--mask-col)", shown);
    }
    return Optional.of(
        Described.get(
            spark.sparkContext(),
            "matching masks with images",
            () -> matched(rows, masks(spark), anomalous, progress)));
  }

  private Dataset<Row> matched(
      Dataset<Row> rows, Dataset<Row> masks, Column anomalous, Progress progress) {
    Dataset<Row> joined =
        rows.withColumn(ID, RowIds.text(rows, InputOptions.ID))
            .withColumn("mask row key", regexp_extract(col(quoted(ID)), NAME, 1))
            .join(masks, col("`mask row key`").equalTo(col(quoted(KEY))), "left");
    Column has = col(quoted(TRUTH)).isNotNull();
    Column lacks = coalesce(anomalous, lit(false)).and(col(quoted(TRUTH)).isNull());
    Row counts =
        joined
            .agg(
                count_if(has),
                countDistinct(col(quoted(KEY))),
                count_if(lacks),
                min(col(quoted(ID))))
            .first();
    check(counts, masks.count(), progress);
    return joined.where(not(lacks));
  }

  private void check(Row counts, long masks, Progress progress) {
    long matched = counts.getLong(0);
    long distinct = counts.getLong(1);
    long without = counts.getLong(2);
    if (matched == 0) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "none of the %,d masks in %s belongs to a row: a mask FOLDER/NAME_mask.png is that of the id FOLDER/NAME.png, but an id is '%s'",
              masks,
              directory,
              counts.get(3)));
    }
    if (matched > distinct) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "some masks in %s belong to several rows, whose ids end alike: score the folders one by one",
              directory));
    }
    if (distinct < masks) {
      progress.say("%,d of %,d masks belong to no row.", masks - distinct, masks);
    }
    if (without > 0) {
      progress.say(
          "%,d anomalous images have no mask: they are left out where pixels are measured.",
          without);
    }
  }

  private void need(ColumnNames names, String column, String what, String shown) {
    if (!names.has(column)) {
      throw new InputException(
          String.format(
              Locale.ROOT, "%s has no column `%s` of %s; it has %s", shown, column, what, names));
    }
  }

  private Dataset<Row> masks(SparkSession spark) {
    Dataset<Row> files = spark.read().format(InputOptions.IMAGE_FOLDER).load(directory);
    Dataset<Row> masks =
        files.select(
            regexp_replace(regexp_extract(col("id"), NAME, 1), "_mask$", "").as(KEY),
            col("image").as(TRUTH));
    List<Row> twice =
        masks.groupBy(col(quoted(KEY))).count().where(col("count").gt(1)).limit(1).collectAsList();
    if (!twice.isEmpty()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s has %d masks of '%s': one is needed",
              directory,
              twice.get(0).getLong(1),
              twice.get(0).get(0)));
    }
    return masks;
  }

  private static String quoted(String name) {
    return ColumnNames.quote(name);
  }

  private String errorMapColumn() {
    return errorMapColumn == null ? DEFAULT_MAP : errorMapColumn;
  }

  /** Measures what {@link #rows} has given. */
  public PixelMetrics measure(Dataset<Row> rows) {
    String mask = maskColumn == null ? DEFAULT_MASK : maskColumn;
    return PixelMetrics.of(
        rows, errorMapColumn(), TRUTH, ColumnNames.of(rows).has(mask) ? mask : "", ID);
  }
}
