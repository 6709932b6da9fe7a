package ai.narrows.ml.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is measured of pixels on the cluster, against the definitions on plain lists of them. */
final class PixelMetricsIT extends SparkFixture {
  private static final double ROUNDING = 1e-12;
  private static final int HEIGHT = 9;
  private static final int WIDTH = 11;
  private static final int IMAGES = 8;
  private static final ImageShape SHAPE = new ImageShape(HEIGHT, WIDTH, 1);
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType)
          .add("errorMap", ImageRows.schema())
          .add("truth", ImageRows.schema())
          .add("mask", ImageRows.schema());

  private final List<byte[]> maps = new ArrayList<>();
  private final List<byte[]> truths = new ArrayList<>();
  private final List<byte[]> masks = new ArrayList<>();

  @BeforeAll
  void draw() {
    SplittableRandom random = new SplittableRandom(5);
    for (int image = 0; image < IMAGES; image++) {
      byte[] truth = new byte[SHAPE.size()];
      if (image % 3 != 0) { // two boxes, which may touch
        for (int box = 0; box < 2; box++) {
          int top = random.nextInt(HEIGHT - 3);
          int left = random.nextInt(WIDTH - 4);
          int side = 1 + random.nextInt(4);
          for (int y = top; y < Math.min(HEIGHT, top + side); y++) {
            Arrays.fill(truth, y * WIDTH + left, y * WIDTH + left + 1 + side / 2, (byte) 255);
          }
        }
      }
      byte[] map = new byte[truth.length];
      byte[] mask = new byte[truth.length];
      for (int i = 0; i < map.length; i++) { // few levels, so that many pixels are equal
        map[i] = (byte) (20 * random.nextInt(8) + (truth[i] == 0 ? 0 : 60));
        mask[i] = (byte) ((map[i] & 0xff) > 150 ? 255 : 0);
      }
      maps.add(map);
      truths.add(truth);
      masks.add(mask);
    }
  }

  private Dataset<Row> rows(int partitions) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      rows.add(
          RowFactory.create(
              "image " + i,
              image(SHAPE, maps.get(i)),
              i % 3 == 0 ? null : image(SHAPE, truths.get(i)),
              image(SHAPE, masks.get(i))));
    }
    return spark.createDataFrame(rows, SCHEMA).repartition(partitions);
  }

  private static Row image(ImageShape shape, byte[] data) {
    return ImageRows.toImage(null, shape, data);
  }

  /** Numbers the regions of a mask: the pixels that one reaches, step by step. */
  private static List<List<Integer>> regions(byte[] mask) {
    List<List<Integer>> regions = new ArrayList<>();
    boolean[] seen = new boolean[mask.length];
    for (int start = 0; start < mask.length; start++) {
      if (mask[start] != 0 && !seen[start]) {
        List<Integer> region = new ArrayList<>(List.of(start));
        seen[start] = true;
        for (int k = 0; k < region.size(); k++) {
          int at = region.get(k);
          for (int i = 0; i < mask.length; i++) {
            boolean near =
                Math.abs(i / WIDTH - at / WIDTH) <= 1 && Math.abs(i % WIDTH - at % WIDTH) <= 1;
            if (near && mask[i] != 0 && !seen[i]) {
              seen[i] = true;
              region.add(i);
            }
          }
        }
        regions.add(region);
      }
    }
    return regions;
  }

  private double auroc() {
    double right = 0;
    long pairs = 0;
    for (int a = 0; a < IMAGES * SHAPE.size(); a++) {
      for (int b = 0; b < IMAGES * SHAPE.size(); b++) {
        if (truth(a) && !truth(b)) {
          pairs++;
          right += (Integer.signum(level(a) - level(b)) + 1) / 2.0;
        }
      }
    }
    return right / pairs;
  }

  private boolean truth(int pixel) {
    return truths.get(pixel / SHAPE.size())[pixel % SHAPE.size()] != 0;
  }

  private int level(int pixel) {
    return maps.get(pixel / SHAPE.size())[pixel % SHAPE.size()] & 0xff;
  }

  /** False positive rate and mean overlap of the regions where pixels of a level or more count. */
  private double[] point(int least) {
    double alarms = 0;
    double normal = 0;
    for (int p = 0; p < IMAGES * SHAPE.size(); p++) {
      normal += truth(p) ? 0 : 1;
      alarms += !truth(p) && level(p) >= least ? 1 : 0;
    }
    double overlap = 0;
    int count = 0;
    for (int i = 0; i < IMAGES; i++) {
      byte[] map = maps.get(i);
      for (List<Integer> region : regions(truths.get(i))) {
        overlap +=
            region.stream().filter(p -> (map[p] & 0xff) >= least).count() / (double) region.size();
        count++;
      }
    }
    return new double[] {alarms / normal, overlap / count};
  }

  /** Area up to 0.3 by very thin strips of the curve through the points. */
  private double aupro() {
    TreeSet<Integer> levels = new TreeSet<>();
    for (int p = 0; p < IMAGES * SHAPE.size(); p++) {
      levels.add(level(p));
    }
    List<double[]> curve = new ArrayList<>(List.of(new double[] {0, 0}));
    levels.descendingSet().forEach(level -> curve.add(point(level)));
    int strips = 30_000;
    double sum = 0;
    for (int s = 0; s < strips; s++) {
      double at = 0.3 * (s + 0.5) / strips;
      int next = 1;
      while (curve.get(next)[0] <= at) {
        next++;
      }
      double[] low = curve.get(next - 1);
      double[] high = curve.get(next);
      sum += low[1] + (high[1] - low[1]) * (at - low[0]) / (high[0] - low[0]);
    }
    return sum / strips;
  }

  @Test
  void areThoseOfTheDefinitions() {
    PixelMetrics metrics = PixelMetrics.of(rows(3), "errorMap", "truth", "mask", "id");
    assertThat(metrics.auroc()).isCloseTo(auroc(), within(ROUNDING));
    assertThat(metrics.aupro()).isCloseTo(aupro(), within(1e-5));
    assertThat(metrics.images()).isEqualTo(IMAGES);
    assertThat(metrics.unscored()).isZero();
    assertThat(metrics.pixels()).isEqualTo((long) IMAGES * SHAPE.size());

    double precision = 0;
    long anomalous = 0;
    double bestF1 = 0;
    for (int p = 0; p < IMAGES * SHAPE.size(); p++) {
      if (truth(p)) {
        anomalous++;
        precision += precision(level(p));
      }
    }
    for (int level = 1; level < 256; level++) {
      bestF1 = Math.max(bestF1, f1((level - 0.5) / 255));
    }
    assertThat(metrics.anomalous()).isEqualTo(anomalous);
    assertThat(metrics.averagePrecision()).isCloseTo(precision / anomalous, within(ROUNDING));
    assertThat(metrics.bestF1()).isCloseTo(bestF1, within(ROUNDING));
    assertThat(f1(metrics.bestF1Threshold())).isCloseTo(bestF1, within(ROUNDING));
  }

  private double precision(int least) {
    long right = 0;
    long all = 0;
    for (int p = 0; p < IMAGES * SHAPE.size(); p++) {
      if (level(p) >= least) {
        all++;
        right += truth(p) ? 1 : 0;
      }
    }
    return (double) right / all;
  }

  private double f1(double threshold) {
    double right = 0;
    double wrong = 0;
    for (int p = 0; p < IMAGES * SHAPE.size(); p++) {
      boolean predicted = level(p) / 255.0 > threshold;
      right += predicted && truth(p) ? 1 : 0;
      wrong += predicted != truth(p) ? 1 : 0;
    }
    return 2 * right / (2 * right + wrong);
  }

  @Test
  void masksAreComparedByPixelAndByRegion() {
    PixelMetrics metrics = PixelMetrics.of(rows(2), "errorMap", "truth", "mask", "id");
    PixelPredictions predicted = metrics.predictions().orElseThrow();
    long right = 0;
    long wrong = 0;
    long found = 0;
    long defects = 0;
    long hits = 0;
    long outlined = 0;
    for (int i = 0; i < IMAGES; i++) {
      byte[] truth = truths.get(i);
      byte[] mask = masks.get(i);
      for (int p = 0; p < truth.length; p++) {
        right += mask[p] != 0 && truth[p] != 0 ? 1 : 0;
        wrong += mask[p] != 0 && truth[p] == 0 ? 1 : 0;
      }
      for (List<Integer> region : regions(truth)) {
        defects++;
        found += region.stream().anyMatch(p -> mask[p] != 0) ? 1 : 0;
      }
      for (List<Integer> region : regions(mask)) {
        outlined++;
        hits += region.stream().anyMatch(p -> truth[p] != 0) ? 1 : 0;
      }
    }
    assertThat(predicted)
        .isEqualTo(
            new PixelPredictions(
                right, wrong, metrics.anomalous() - right, defects, found, outlined, hits));
    assertThat(predicted.regionRecall()).isEqualTo((double) found / defects);
    assertThat(predicted.regionPrecision()).isEqualTo((double) hits / outlined);
    assertThat(predicted.precision()).isEqualTo((double) right / (right + wrong));
    assertThat(predicted.recall()).isEqualTo((double) right / metrics.anomalous());
    assertThat(predicted.f1())
        .isCloseTo(
            2
                * predicted.precision()
                * predicted.recall()
                / (predicted.precision() + predicted.recall()),
            within(ROUNDING));
  }

  @Test
  void areTheSameBitsHoweverRowsAreDealt() {
    PixelMetrics one = PixelMetrics.of(rows(1), "errorMap", "truth", "mask", "id");
    assertThat(PixelMetrics.of(rows(7), "errorMap", "truth", "mask", "id")).isEqualTo(one);
    PixelMetrics none = PixelMetrics.of(rows(7), "errorMap", "truth", "", "");
    assertThat(none.aupro()).isEqualTo(one.aupro());
    assertThat(none.predictions()).isEmpty();
  }

  @Test
  void smallMapsAreResizedAndRowsWithoutOneCounted() {
    ImageShape small = new ImageShape(3, 4, 1);
    ImageShape large = new ImageShape(6, 8, 3);
    byte[] truth = new byte[large.size()];
    truth[3 * (2 * 8 + 3) + 1] = 1; // one of three channels
    byte[] map = new byte[small.size()];
    map[1 * 4 + 1] = (byte) 255;
    List<Row> rows =
        List.of(
            RowFactory.create("a", image(small, map), image(large, truth), null),
            RowFactory.create("b", image(small, new byte[small.size()]), null, null),
            RowFactory.create("c", null, null, null));
    PixelMetrics metrics =
        PixelMetrics.of(spark.createDataFrame(rows, SCHEMA), "errorMap", "truth", "", "id");
    assertThat(metrics.unscored()).isEqualTo(1);
    assertThat(metrics.images()).isEqualTo(2);
    assertThat(metrics.pixels()).isEqualTo(2 * 6 * 8);
    assertThat(metrics.regions()).isEqualTo(1);
    // Four pixels of the larger map have its highest level, of which one is the defect.
    assertThat(metrics.averagePrecision()).isEqualTo(0.25);
  }

  @Test
  void whatCannotBeMeasuredIsRefused() {
    ImageShape other = new ImageShape(4, 4, 1);
    Row map = image(other, new byte[16]);
    Row truth = image(SHAPE, truths.get(1));
    assertRefused(
        () -> PixelMetrics.of(table(map, truth, map), "errorMap", "truth", "mask", "id"),
        "the mask of image 'x' is 4x4, but its truth is 9x11: both must have the image's own size");
    assertRefused(
        () -> PixelMetrics.of(table(map, map, map), "errorMap", "truth", "", "id"),
        "no pixel is defective, so that nothing can be measured: are these the masks of these images?");
    byte[] full = new byte[16];
    Arrays.fill(full, (byte) 1);
    assertRefused(
        () -> PixelMetrics.of(table(map, image(other, full), map), "errorMap", "truth", "", "id"),
        "every pixel is defective, so that nothing can be measured: defective pixels are those that are not 0 in a mask");
    assertRefused(
        () -> PixelMetrics.of(rows(1), "id", "truth", "", "id"),
        "column 'id' must hold image structs (origin, height, width, nChannels, mode, data), but is of type string");
    List<Row> differ =
        List.of(
            RowFactory.create("a", map, truth, null),
            RowFactory.create("b", map, map, null),
            RowFactory.create("c", map, null, null));
    assertRefused(
        () ->
            PixelMetrics.of(
                spark.createDataFrame(differ, SCHEMA).coalesce(1), "errorMap", "truth", "", "id"),
        "image 'c' has no defect and no mask of the model's, so its size is not known, since images differ: score the images with a name for maskCol");
  }

  private Dataset<Row> table(Row map, Row truth, Row mask) {
    return spark.createDataFrame(List.of(RowFactory.create("x", map, truth, mask)), SCHEMA);
  }
}
