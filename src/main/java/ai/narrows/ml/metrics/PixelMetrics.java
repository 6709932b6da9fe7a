package ai.narrows.ml.metrics;

import static org.apache.spark.sql.functions.lit;

import ai.narrows.distributed.Described;
import ai.narrows.images.ColumnNames;
import ai.narrows.images.FieldPath;
import ai.narrows.images.ImageRows;
import ai.narrows.images.InputException;
import ai.narrows.images.RowIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * How well error maps tell defective pixels from the others: exact, ties included, and computed on
 * the cluster, where pixels are counted by the level of their error map. Pixels are those of the
 * masks that say what is true: error maps are resized to them as images are.
 *
 * @param auroc probability that a defective pixel has a higher error than a normal one, ties
 *     counting half, in [0, 1]
 * @param averagePrecision sum of precision times gain in recall over the distinct errors, in (0, 1]
 * @param aupro area under the curve of the mean overlap of the defects over the false positive rate
 *     of pixels, from 0 to 0.3, divided by 0.3, in [0, 1]; points are joined by straight lines
 *     (Bergmann et al. 2020, "Uninformed Students", section 4.1: PRO). A defect is a region of
 *     defective pixels that touch, be it at a corner
 * @param images that were measured
 * @param unscored rows without an error map, which were left out
 * @param normal pixels without a defect
 * @param anomalous defective pixels
 * @param regions defects
 * @param bestF1 the best F1 of pixels over all thresholds, in [0, 1]
 * @param bestF1Threshold the error above which pixels are predicted to be defective then, in [0, 1]
 * @param predictions what the masks of the model come to; none where there are none
 */
public record PixelMetrics(
    double auroc,
    double averagePrecision,
    double aupro,
    long images,
    long unscored,
    long normal,
    long anomalous,
    long regions,
    double bestF1,
    double bestF1Threshold,
    Optional<PixelPredictions> predictions) {

  /** False positive rate up to which the overlap of defects is integrated. */
  private static final double MOST_FALSE_POSITIVES = 0.3;

  /**
   * Measures error maps.
   *
   * @param rows of images; the columns hold Spark's image struct of uint8
   * @param errorMapCol error maps, of one channel; rows where it is null are left out and counted
   * @param truthCol masks of the images' own size in which defective pixels are not 0; null where
   *     an image has no defect
   * @param maskCol masks as {@link ai.narrows.ml.params.OutputParams#maskCol} makes them; empty if
   *     there are none
   * @param idCol ids for messages; need not be there
   * @throws InputException if a column is no image struct, a mask has another size than the truth,
   *     or not both defective pixels and others are there
   */
  public static PixelMetrics of(
      Dataset<Row> rows, String errorMapCol, String truthCol, String maskCol, String idCol) {
    List<Column> columns = new ArrayList<>();
    columns.add(
        ColumnNames.of(rows).has(idCol) ? RowIds.text(rows, idCol) : lit(null).cast("string"));
    columns.addAll(parts(rows, errorMapCol));
    columns.addAll(parts(rows, truthCol));
    columns.addAll(
        maskCol.isEmpty()
            ? List.of(lit(null).cast("int"), lit(null).cast("int"), lit(null).cast("binary"))
            : parts(rows, maskCol));
    Dataset<Row> pixels = rows.select(columns.toArray(Column[]::new));
    return Described.get(
        rows.sparkSession().sparkContext(),
        "metrics of the pixels",
        () -> {
          List<Row> sizes = sizes(rows, truthCol);
          int height = sizes.size() == 1 ? sizes.get(0).getInt(0) : 0;
          int width = sizes.size() == 1 ? sizes.get(0).getInt(1) : 0;
          PixelCounts counts =
              pixels
                  .javaRDD()
                  .aggregate(new PixelCounts(height, width), PixelCounts::add, PixelCounts::add);
          return of(counts, !maskCol.isEmpty());
        });
  }

  /** Height, width and data of images. */
  private static List<Column> parts(Dataset<Row> rows, String column) {
    Column image = ColumnNames.of(rows).column(column);
    FieldPath path = FieldPath.need(rows.schema(), column);
    if (!(path.type() instanceof StructType struct)
        || !Arrays.asList(struct.fieldNames())
            .containsAll(Arrays.asList(ImageRows.schema().fieldNames()))) {
      throw new InputException(
          "column '%s' must hold image structs (origin, height, width, nChannels, mode, data), but is of type %s"
              .formatted(column, path.type().catalogString()));
    }
    return List.of(
        image.getField("height").cast("int"),
        image.getField("width").cast("int"),
        image.getField("data"));
  }

  /** The sizes of the images with a defect, two at most. */
  private static List<Row> sizes(Dataset<Row> rows, String truthCol) {
    List<Column> parts = parts(rows, truthCol);
    return rows.where(parts.get(0).isNotNull())
        .select(parts.get(0), parts.get(1))
        .distinct()
        .limit(2)
        .collectAsList();
  }

  private static PixelMetrics of(PixelCounts counts, boolean predicts) {
    long normal = Arrays.stream(counts.normal).sum();
    long anomalous = Arrays.stream(counts.defective).sum();
    if (normal == 0 || anomalous == 0) {
      throw new InputException(
          anomalous == 0
              ? "no pixel is defective, so that nothing can be measured: are these the masks of these images?"
              : "every pixel is defective, so that nothing can be measured: defective pixels are those that are not 0 in a mask");
    }
    double[] overlaps = counts.overlaps();
    double area = 0; // pairs in the right order
    double precision = 0;
    double pro = 0;
    double bestF1 = -1;
    int best = 0;
    long found = 0;
    long alarms = 0;
    double overlap = 0;
    for (int level = PixelCounts.LEVELS - 1; level >= 0; level--) {
      long defective = counts.defective[level];
      long others = counts.normal[level];
      area += others * (found + defective / 2.0);
      pro +=
          trapezoid(
              (double) alarms / normal,
              (double) (alarms + others) / normal,
              overlap,
              overlap + overlaps[level]);
      found += defective;
      alarms += others;
      overlap += overlaps[level];
      if (defective > 0) {
        precision += (double) defective * found / (found + alarms);
      }
      double f1 = 2.0 * found / (found + alarms + anomalous);
      if (level > 0 && f1 > bestF1) {
        bestF1 = f1;
        best = level;
      }
    }
    return new PixelMetrics(
        area / ((double) normal * anomalous),
        precision / anomalous,
        pro / MOST_FALSE_POSITIVES,
        counts.images,
        counts.unscored,
        normal,
        anomalous,
        counts.regionCount(),
        bestF1,
        (best - 0.5) / (PixelCounts.LEVELS - 1),
        predicts
            ? Optional.of(
                new PixelPredictions(
                    counts.truePositives,
                    counts.falsePositives,
                    anomalous - counts.truePositives,
                    counts.regionCount(),
                    counts.found,
                    counts.predictedRegions,
                    counts.hits))
            : Optional.empty());
  }

  /** Area under a line from one point to another, up to the most false positives. */
  private static double trapezoid(double from, double to, double low, double high) {
    double end = Math.min(to, MOST_FALSE_POSITIVES);
    if (end <= from) {
      return 0;
    }
    double atEnd = low + (high - low) * (end - from) / (to - from);
    return (end - from) * (low + atEnd) / 2;
  }

  /** All pixels. */
  public long pixels() {
    return normal + anomalous;
  }
}
