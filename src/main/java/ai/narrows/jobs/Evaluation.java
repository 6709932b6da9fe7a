package ai.narrows.jobs;

import ai.narrows.jobs.options.ScoresOptions;
import ai.narrows.ml.metrics.AnomalyMetrics;
import ai.narrows.ml.metrics.BestThreshold;
import ai.narrows.ml.metrics.Bootstrap;
import ai.narrows.ml.metrics.ClassMetrics;
import ai.narrows.ml.metrics.PixelMetrics;
import ai.narrows.ml.metrics.PixelPredictions;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * What the job evaluate has to say of a table of scores, for programs and for people.
 *
 * @param unscored rows without a score, which are left out
 * @param predicts whether there are predictions; what is measured of them is left out otherwise
 * @param bootstrap none where it was not asked for
 * @param classColumn what the classes are read from, if anything
 * @param pixels what was measured of error maps, if anything
 */
record Evaluation(
    AnomalyMetrics metrics,
    long unscored,
    boolean predicts,
    BestThreshold best,
    Optional<Bootstrap> bootstrap,
    Optional<String> classColumn,
    List<ClassMetrics> classes,
    Optional<PixelMetrics> pixels) {
  private static final int WIDEST_NAME = 40;

  /** One JSON object, a field a line, and a class a line: these are compact in themselves. */
  String json() {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    fields.put("auroc", metrics.auroc());
    fields.put("averagePrecision", metrics.averagePrecision());
    if (predicts) {
      fields.put("precision", metrics.precision());
      fields.put("recall", metrics.recall());
      fields.put("f1", metrics.f1());
    }
    fields.put("rows", metrics.rows());
    fields.put("unscored", unscored);
    fields.put("anomalous", metrics.anomalous());
    if (predicts) {
      fields.put("predicted", metrics.predicted());
      fields.put("truePositives", metrics.truePositives());
      fields.put("falsePositives", metrics.falsePositives());
      fields.put("falseNegatives", metrics.falseNegatives());
      fields.put("trueNegatives", metrics.trueNegatives());
    }
    fields.put("bestF1", best.f1());
    fields.put("bestF1Threshold", best.threshold());
    bootstrap.ifPresent(b -> fields.set("bootstrap", json(b)));
    if (!classes.isEmpty()) {
      fields.put("classCol", classColumn.orElseThrow());
      ArrayNode list = fields.putArray("classes");
      classes.forEach(c -> list.add(json(c)));
    }
    pixels.ifPresent(p -> fields.set("pixels", json(p)));
    return fields.properties().stream()
        .map(field -> String.format(Locale.ROOT, "  \"%s\": %s", field.getKey(), lines(field)))
        .collect(Collectors.joining(",\n", "{\n", "\n}"));
  }

  private static String lines(Map.Entry<String, JsonNode> field) {
    JsonNode value = field.getValue();
    return value.isArray()
        ? StreamSupport.stream(value.spliterator(), false)
            .map(item -> "    " + item)
            .collect(Collectors.joining(",\n", "[\n", "\n  ]"))
        : value.toString();
  }

  private ObjectNode json(Bootstrap bootstrap) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    fields.put("replicates", bootstrap.replicates());
    fields.put("seed", bootstrap.seed());
    fields.put("level", 0.95);
    put(fields, "auroc", bootstrap.auroc());
    put(fields, "averagePrecision", bootstrap.averagePrecision());
    if (predicts) {
      put(fields, "f1", bootstrap.f1());
    }
    return fields;
  }

  private static void put(ObjectNode fields, String name, Bootstrap.Interval interval) {
    fields.putArray(name).add(interval.low()).add(interval.high());
  }

  private static ObjectNode json(PixelMetrics pixels) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    fields.put("auroc", pixels.auroc());
    fields.put("averagePrecision", pixels.averagePrecision());
    fields.put("aupro", pixels.aupro());
    fields.put("images", pixels.images());
    fields.put("unscored", pixels.unscored());
    fields.put("pixels", pixels.pixels());
    fields.put("anomalous", pixels.anomalous());
    fields.put("regions", pixels.regions());
    fields.put("bestF1", pixels.bestF1());
    fields.put("bestF1Threshold", pixels.bestF1Threshold());
    pixels.predictions().ifPresent(predicted -> put(fields, predicted));
    return fields;
  }

  private static void put(ObjectNode fields, PixelPredictions predicted) {
    fields.put("precision", predicted.precision());
    fields.put("recall", predicted.recall());
    fields.put("f1", predicted.f1());
    fields.put("truePositives", predicted.truePositives());
    fields.put("falsePositives", predicted.falsePositives());
    fields.put("falseNegatives", predicted.falseNegatives());
    fields.put("regionRecall", predicted.regionRecall());
    fields.put("regionPrecision", predicted.regionPrecision());
    fields.put("regionsFound", predicted.found());
    fields.put("predictedRegions", predicted.predictedRegions());
  }

  private ObjectNode json(ClassMetrics metrics) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    fields.put("class", metrics.name());
    fields.put("rows", metrics.rows());
    fields.put("auroc", metrics.auroc());
    fields.put("averagePrecision", metrics.averagePrecision());
    if (predicts) {
      fields.put("recall", metrics.recall());
    }
    return fields;
  }

  /** The same in aligned columns, with the counts in words. */
  String table() {
    StringBuilder table = new StringBuilder("\n");
    String counts = "%,d rows, %,d of them anomalous.";
    if (predicts) {
      line(
          table,
          counts + " Predicted: %,d of these, and %,d others.",
          metrics.rows(),
          metrics.anomalous(),
          metrics.truePositives(),
          metrics.falsePositives());
    } else {
      line(table, counts, metrics.rows(), metrics.anomalous());
    }
    if (unscored > 0) {
      line(table, "%s.", ScoresOptions.leftOut(unscored));
    }
    line(table, "");
    if (bootstrap.isPresent()) {
      line(table, "%31s95 %% interval", "");
    }
    row(table, "AUROC", metrics.auroc(), bootstrap.map(Bootstrap::auroc));
    row(
        table,
        "average precision",
        metrics.averagePrecision(),
        bootstrap.map(Bootstrap::averagePrecision));
    if (predicts) {
      row(table, "F1", metrics.f1(), bootstrap.map(Bootstrap::f1));
      row(table, "precision", metrics.precision(), Optional.empty());
      row(table, "recall", metrics.recall(), Optional.empty());
    }
    line(table, "%-20s%8.4f   at threshold %.6g", "best F1", best.f1(), best.threshold());
    if (!classes.isEmpty()) {
      classes(table);
    }
    pixels.ifPresent(p -> pixels(table, p));
    return table.toString();
  }

  private static void row(
      StringBuilder table, String name, double value, Optional<Bootstrap.Interval> interval) {
    String range =
        interval
            .map(i -> String.format(Locale.ROOT, "   %.4f to %.4f", i.low(), i.high()))
            .orElse("");
    line(table, "%-20s%8.4f%s", name, value, range);
  }

  private void classes(StringBuilder table) {
    List<String> names = classes.stream().map(c -> shown(c.name())).toList();
    String header = classColumn.orElseThrow();
    int widest = Math.max(17, names.stream().mapToInt(String::length).max().orElse(0));
    String format = "%-" + Math.max(widest, header.length()) + "s%11s%8s%10s%8s";
    line(table, "");
    line(table, format, header, "rows", "AUROC", "av.prec.", predicts ? "recall" : "");
    for (int i = 0; i < names.size(); i++) {
      ClassMetrics c = classes.get(i);
      line(
          table,
          format,
          names.get(i),
          String.format(Locale.ROOT, "%,d", c.rows()),
          decimals(c.auroc()),
          decimals(c.averagePrecision()),
          predicts ? decimals(c.recall()) : "");
    }
  }

  private static void pixels(StringBuilder table, PixelMetrics pixels) {
    line(table, "");
    line(
        table,
        "%,d pixels of %,d images, %,d of them defective, in %,d regions.",
        pixels.pixels(),
        pixels.images(),
        pixels.anomalous(),
        pixels.regions());
    line(table, "");
    row(table, "pixel AUROC", pixels.auroc(), Optional.empty());
    row(table, "AUPRO, FPR <= 0.3", pixels.aupro(), Optional.empty());
    row(table, "average precision", pixels.averagePrecision(), Optional.empty());
    pixels
        .predictions()
        .ifPresent(
            predicted -> {
              row(table, "F1 of masks", predicted.f1(), Optional.empty());
              row(table, "region recall", predicted.regionRecall(), Optional.empty());
              row(table, "region precision", predicted.regionPrecision(), Optional.empty());
            });
    line(
        table,
        "%-20s%8.4f   at error %.6g",
        "best F1 of pixels",
        pixels.bestF1(),
        pixels.bestF1Threshold());
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String shown(String name) {
    if (name == null) {
      return "(none)";
    }
    String line = name.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= WIDEST_NAME ? line : line.substring(0, WIDEST_NAME - 3) + "...";
  }

  private static void line(StringBuilder table, String format, Object... parts) {
    table.append(String.format(Locale.ROOT, format, parts).stripTrailing()).append('\n');
  }
}
