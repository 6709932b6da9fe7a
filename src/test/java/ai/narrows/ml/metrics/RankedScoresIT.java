package ai.narrows.ml.metrics;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is measured on the cluster, against the definitions on plain lists. */
final class RankedScoresIT extends SparkFixture {
  private static final double ROUNDING = 1e-12;
  private static final int REPLICATES = 2000;
  private static final StructType SCHEMA =
      new StructType()
          .add("score", DataTypes.DoubleType)
          .add("anomalous", DataTypes.BooleanType)
          .add("predicted", DataTypes.BooleanType)
          .add("kind", DataTypes.StringType);

  private record Scored(double score, boolean anomalous, String kind) {
    /** At a threshold that the tests leave alone. */
    boolean predicted() {
      return score > 5;
    }

    Row row() {
      return RowFactory.create(score, anomalous, predicted(), kind);
    }
  }

  /** Scores of four kinds of anomalous rows and of normal ones, higher for the anomalous. */
  private static List<Scored> scores(int n, int distinct, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Scored> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      boolean anomalous = i == 0 || (i > 1 && random.nextInt(5) == 0);
      String kind = List.of("scratch", "10", "9", "dent").get(i % 4);
      double score = random.nextInt(distinct) * 8.0 / distinct + (anomalous ? 2 : 0);
      rows.add(new Scored(score, anomalous, kind.equals("dent") ? null : kind));
    }
    return rows;
  }

  private Dataset<Row> table(List<Scored> rows, int partitions) {
    return spark
        .createDataFrame(rows.stream().map(Scored::row).toList(), SCHEMA)
        .repartition(partitions);
  }

  private RankedScores rank(List<Scored> rows, int partitions) {
    return RankedScores.of(
        table(rows, partitions), "score", col("anomalous"), "predicted", col("kind"));
  }

  /** Weighted area under the ROC curve, by all pairs. */
  private static double auroc(List<Scored> rows, int[] weights) {
    double right = 0;
    double pairs = 0;
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < rows.size(); j++) {
        if (rows.get(i).anomalous && !rows.get(j).anomalous) {
          double weight = (double) weights[i] * weights[j];
          pairs += weight;
          right += weight * (Math.signum(rows.get(i).score - rows.get(j).score) + 1) / 2;
        }
      }
    }
    return right / pairs;
  }

  /** Weighted mean of the precision at every anomalous row's score. */
  private static double averagePrecision(List<Scored> rows, int[] weights) {
    double sum = 0;
    double anomalous = 0;
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).anomalous && weights[i] > 0) {
        double score = rows.get(i).score;
        double above = count(rows, weights, k -> rows.get(k).score >= score);
        double found =
            count(rows, weights, k -> rows.get(k).score >= score && rows.get(k).anomalous);
        anomalous += weights[i];
        sum += weights[i] * found / above;
      }
    }
    return sum / anomalous;
  }

  private static double f1(List<Scored> rows, int[] weights, double threshold) {
    double predicted = count(rows, weights, k -> rows.get(k).score > threshold);
    double anomalous = count(rows, weights, k -> rows.get(k).anomalous);
    double found =
        count(rows, weights, k -> rows.get(k).score > threshold && rows.get(k).anomalous);
    return 2 * found / (predicted + anomalous);
  }

  private static double count(List<Scored> rows, int[] weights, IntPredicate which) {
    return IntStream.range(0, rows.size()).filter(which).map(k -> weights[k]).sum();
  }

  private static int[] ones(int n) {
    int[] ones = new int[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  @ParameterizedTest
  @CsvSource({"400,40,1,50", "400,100000,3,20", "30,3,2,100"})
  void pointsOfTheCurves(int n, int distinct, int partitions, int points) {
    List<Scored> rows = scores(n, distinct, 5);
    long positives = rows.stream().filter(Scored::anomalous).count();
    long negatives = n - positives;
    try (RankedScores ranked = rank(rows, partitions)) {
      List<CurvePoint> curve = ranked.curve(points);
      long foundBefore = 0;
      long alarmsBefore = 0;
      for (CurvePoint point : curve) {
        List<Scored> above = rows.stream().filter(row -> row.score() >= point.score()).toList();
        long found = above.stream().filter(Scored::anomalous).count();
        assertThat(point.truePositives()).isEqualTo(found);
        assertThat(point.falsePositives()).isEqualTo(above.size() - found);
        assertThat(point.precision()).isEqualTo((double) found / above.size());
        long ties = rows.stream().filter(row -> row.score() == point.score()).count();
        assertThat(found - foundBefore).isLessThanOrEqualTo(positives / points + 1 + ties);
        assertThat(above.size() - found - alarmsBefore)
            .isLessThanOrEqualTo(negatives / points + 1 + ties);
        foundBefore = found;
        alarmsBefore = above.size() - found;
      }
      assertThat(foundBefore).isEqualTo(positives);
      assertThat(alarmsBefore).isEqualTo(negatives);
      assertThat(curve).hasSizeLessThanOrEqualTo(2 * points);
      assertThatThrownBy(() -> ranked.curve(0)).hasMessage("points must be at least 1, but is 0");
    }
  }

  @ParameterizedTest
  @CsvSource({"60, 4, 1", "300, 30, 2", "300, 1000000, 3", "40, 1, 4", "2, 1, 5"})
  void bestThresholdOfAll(int n, int distinct, long seed) {
    List<Scored> rows = scores(n, distinct, seed);
    TreeSet<Double> thresholds =
        rows.stream().map(Scored::score).collect(Collectors.toCollection(TreeSet::new));
    thresholds.add(Double.NEGATIVE_INFINITY);
    double best = 0;
    double at = Double.NaN;
    for (double threshold : thresholds.descendingSet()) {
      double f1 = f1(rows, ones(n), threshold);
      if (f1 > best) {
        best = f1;
        at = threshold;
      }
    }
    for (int partitions : new int[] {1, 3}) {
      BestThreshold found =
          AnomalyMetrics.bestThreshold(table(rows, partitions), "score", col("anomalous"));
      assertThat(found.f1()).isCloseTo(best, within(ROUNDING));
      double same = at; // the same rows lie above both
      assertThat(rows).allMatch(row -> row.score > found.threshold() == row.score > same);
    }
  }

  /** Between the scores 2 and 4; of equal F1 the higher; below the lowest where all are wanted. */
  @Test
  void bestThresholdLiesBetweenScores() {
    assertThat(best("4 true", "2 false", "1 false")).isEqualTo(new BestThreshold(3, 1, 0));
    // One predicted of two: 2/3; two: 1/2; three, both found: 4/5.
    assertThat(best("4 true", "2 false", "1 true"))
        .isEqualTo(new BestThreshold(Math.nextDown(1.0), 0.8, 0));
    // 2 * 1 / (1 + 3) = 2 * 2 / (5 + 3): the higher threshold wins.
    assertThat(
            best(
                    "9 true",
                    "8 false",
                    "7 false",
                    "6 false",
                    "5 true",
                    "4 false",
                    "1 false",
                    "0 false",
                    "-1 false",
                    "-2 true")
                .threshold())
        .isEqualTo(8.5);
    double above = Math.nextUp(1.0); // nothing lies between
    assertThat(best(above + " true", "1 false")).isEqualTo(new BestThreshold(1, 1, 0));
    assertThat(best("Infinity true", "1 false")).isEqualTo(new BestThreshold(1, 1, 0));
    assertThat(best("1 false", "-Infinity true")).isEqualTo(new BestThreshold(1, 0, 0));
  }

  private BestThreshold best(String... rows) {
    List<Scored> scored = new ArrayList<>();
    for (String row : rows) {
      String[] words = row.split(" ", 2);
      scored.add(new Scored(Double.parseDouble(words[0]), words[1].equals("true"), null));
    }
    return AnomalyMetrics.bestThreshold(table(scored, 2), "score", col("anomalous"));
  }

  @ParameterizedTest
  @CsvSource({"200, 7, 1", "400, 1000000, 2"})
  void everyClassAgainstTheNormalRows(int n, int distinct, long seed) {
    List<Scored> rows = scores(n, distinct, seed);
    List<ClassMetrics> classes;
    try (RankedScores ranked = rank(rows, 3)) {
      classes = ranked.classes();
    }
    assertThat(classes).extracting(ClassMetrics::name).containsExactly("9", "10", "scratch", null);
    for (ClassMetrics c : classes) {
      List<Scored> some =
          rows.stream()
              .filter(row -> !row.anomalous || Objects.equals(row.kind, c.name()))
              .toList();
      List<Scored> own = some.stream().filter(Scored::anomalous).toList();
      assertThat(c.rows()).isEqualTo(own.size());
      assertThat(c.auroc()).isCloseTo(auroc(some, ones(some.size())), within(ROUNDING));
      assertThat(c.averagePrecision())
          .isCloseTo(averagePrecision(some, ones(some.size())), within(ROUNDING));
      assertThat(c.recall())
          .isEqualTo(own.stream().filter(Scored::predicted).count() / (double) own.size());
    }
  }

  @Test
  void aColumnOfIdsHasNoClasses() {
    Dataset<Row> rows =
        spark.range(1200).selectExpr("id", "id > 10 AS anomalous", "CAST(id AS DOUBLE) AS score");
    try (RankedScores ranked =
        RankedScores.of(rows, "score", col("anomalous"), "anomalous", col("id"))) {
      assertThatThrownBy(ranked::classes)
          .isInstanceOf(InputException.class)
          .hasMessage(
              "the anomalous rows have more than 1000 classes: is that a column of classes?");
    }
  }

  /** Draws rows with replacement, as the textbook has it, and takes the same percentiles. */
  private static Bootstrap plain(List<Scored> rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] values = new double[3][REPLICATES];
    for (int r = 0; r < REPLICATES; r++) {
      int[] weights = new int[rows.size()];
      for (int i = 0; i < weights.length; i++) {
        weights[random.nextInt(weights.length)]++;
      }
      values[0][r] = auroc(rows, weights);
      values[1][r] = averagePrecision(rows, weights);
      values[2][r] = f1(rows, weights, 5);
    }
    return new Bootstrap(
        REPLICATES,
        seed,
        Bootstrap.Interval.of(values[0]),
        Bootstrap.Interval.of(values[1]),
        Bootstrap.Interval.of(values[2]));
  }

  @ParameterizedTest
  @CsvSource({"150, 1000000, 1", "150, 6, 2"}) // hardly a tie, and hardly anything else
  void theIntervalsAreThoseOfAPlainBootstrap(int n, int distinct, long seed) {
    List<Scored> rows = scores(n, distinct, seed);
    Bootstrap expected = plain(rows, seed);
    Bootstrap found;
    AnomalyMetrics metrics;
    try (RankedScores ranked = rank(rows, 3)) {
      found = ranked.bootstrap(REPLICATES, seed);
      metrics = ranked.metrics();
    }
    assertClose(found.auroc(), expected.auroc(), metrics.auroc());
    assertClose(found.averagePrecision(), expected.averagePrecision(), metrics.averagePrecision());
    assertClose(found.f1(), expected.f1(), metrics.f1());
  }

  /** The ends of two bootstraps of 2,000 replicates differ by a few percent of the width. */
  private static void assertClose(
      Bootstrap.Interval found, Bootstrap.Interval expected, double value) {
    double width = expected.high() - expected.low();
    assertThat(found.low()).isCloseTo(expected.low(), within(0.12 * width)).isLessThan(value);
    assertThat(found.high()).isCloseTo(expected.high(), within(0.12 * width)).isGreaterThan(value);
  }

  /** Hanley and McNeil 1982: the standard error of the area under the curve, equations 1 and 2. */
  @Test
  void theIntervalOfAurocIsAboutTheNormalOne() {
    SplittableRandom random = new SplittableRandom(7);
    List<Scored> rows = new ArrayList<>();
    int positives = 300;
    int negatives = 700;
    for (int i = 0; i < positives + negatives; i++) {
      boolean anomalous = i < positives;
      // Exponential scores, for which the paper's Q1 and Q2 hold exactly.
      double score = -Math.log(1 - random.nextDouble()) * (anomalous ? 3 : 1);
      rows.add(new Scored(score, anomalous, null));
    }
    double area;
    Bootstrap.Interval interval;
    try (RankedScores ranked = rank(rows, 2)) {
      area = ranked.metrics().auroc();
      interval = ranked.bootstrap(REPLICATES, 1).auroc();
    }
    double q1 = area / (2 - area);
    double q2 = 2 * area * area / (1 + area);
    double error =
        Math.sqrt(
            (area * (1 - area)
                    + (positives - 1) * (q1 - area * area)
                    + (negatives - 1) * (q2 - area * area))
                / ((double) positives * negatives));
    assertThat(interval.low()).isCloseTo(area - 1.96 * error, within(0.3 * error));
    assertThat(interval.high()).isCloseTo(area + 1.96 * error, within(0.3 * error));
  }

  @Test
  void theSameSeedGivesTheSameIntervalsInAnyOrder() {
    List<Scored> rows = scores(500, 200, 3);
    List<Scored> reversed = new ArrayList<>(rows);
    Collections.reverse(reversed);
    Bootstrap first = bootstrap(rows, 1, 1500, 4);
    spark.conf().set("spark.sql.shuffle.partitions", 7);
    spark.conf().set("spark.sql.adaptive.enabled", false);
    try {
      assertThat(bootstrap(reversed, 5, 1500, 4)).isEqualTo(first);
    } finally {
      spark.conf().set("spark.sql.shuffle.partitions", 2);
      spark.conf().set("spark.sql.adaptive.enabled", true);
    }
    assertThat(bootstrap(rows, 1, 1500, 5).auroc()).isNotEqualTo(first.auroc());
  }

  private Bootstrap bootstrap(List<Scored> rows, int partitions, int replicates, long seed) {
    try (RankedScores ranked = rank(rows, partitions)) {
      return ranked.bootstrap(replicates, seed);
    }
  }

  @Test
  void tooFewReplicatesAreRefused() {
    assertThatThrownBy(() -> bootstrap(scores(10, 3, 1), 1, 99, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("the bootstrap takes from 100 to 1000000 replicates, but is asked for 99");
  }
}
