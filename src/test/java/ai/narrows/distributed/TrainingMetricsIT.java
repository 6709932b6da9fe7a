package ai.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.nn.Loss;
import ai.narrows.train.Averaging;
import ai.narrows.train.EpochReport;
import ai.narrows.train.RoundReport;
import ai.narrows.train.TrainingListener;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What Spark's own sinks show of trainings, counted exactly. */
class TrainingMetricsIT extends TrainerFixture {
  private static final int EPOCHS = 3;
  private static final int ROUNDS = 4; // an epoch, at two of seven minibatches each
  private static final int VALIDATION = 20;
  private static final Pattern NARROWS =
      Pattern.compile("(?m)^metrics_pictures_driver_narrows_(\\w+)\\{type=\"\\w+\"} (\\S+)$");

  @Override
  protected Map<String, Object> sparkSettings() {
    String sink = "spark.metrics.conf.*.sink.";
    return Map.of(
        "spark.metrics.namespace",
        "pictures",
        sink + "jmx.class",
        "org.apache.spark.metrics.sink.JmxSink",
        sink + "prometheusServlet.class",
        "org.apache.spark.metrics.sink.PrometheusServlet",
        sink + "prometheusServlet.path",
        "/metrics/prometheus",
        "spark.ui.enabled",
        true,
        "spark.ui.port",
        0);
  }

  private static double jmx(String name, String type, String attribute) throws JMException {
    return ((Number)
            ManagementFactory.getPlatformMBeanServer()
                .getAttribute(
                    new ObjectName(
                        String.format(
                            Locale.ROOT,
                            "metrics:name=pictures.driver.narrows.%s,type=%s",
                            name,
                            type)),
                    attribute))
        .doubleValue();
  }

  /** What a scrape gets, without what changes from moment to moment. */
  private double prometheus(String name) throws IOException {
    URI page = URI.create(spark.sparkContext().uiWebUrl().get() + "/metrics/prometheus");
    try (InputStream in = page.toURL().openStream()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      List<Double> values =
          NARROWS
              .matcher(text)
              .results()
              .filter(line -> line.group(1).equals(name))
              .map(line -> Double.valueOf(line.group(2)))
              .toList();
      assertThat(values).as(name + " in\n" + text).hasSize(1);
      return values.get(0);
    }
  }

  private void assertCounts(int trainings) throws Exception {
    int rounds = trainings * EPOCHS * ROUNDS;
    int images = trainings * EPOCHS * (ROWS - VALIDATION);
    assertThat(jmx("rounds", "counters", "Count")).isEqualTo(rounds);
    assertThat(jmx("epochs", "counters", "Count")).isEqualTo(trainings * EPOCHS);
    assertThat(jmx("images", "meters", "Count")).isEqualTo(images);
    assertThat(prometheus("rounds_Count")).isEqualTo(rounds);
    assertThat(prometheus("epochs_Count")).isEqualTo(trainings * EPOCHS);
    assertThat(prometheus("images_Count")).isEqualTo(images);
  }

  /** What a training told a listener last. */
  private static final class Heard implements TrainingListener {
    private static final long serialVersionUID = 1L;
    private RoundReport round;
    private EpochReport epoch;
    private int rounds;

    @Override
    public void roundFinished(RoundReport report) {
      round = report;
      rounds++;
    }

    @Override
    public void epochFinished(EpochReport report, int epochs) {
      epoch = report;
    }
  }

  private static Heard train(Shards shards) {
    Heard heard = new Heard();
    new DistributedTrainer(
            shards,
            AUTOENCODER,
            adam(EPOCHS, 14, new Loss.MeanSquaredError()),
            Averaging.every(2),
            heard)
        .fit(AUTOENCODER.initialParameters(5));
    assertThat(heard.rounds).isEqualTo(EPOCHS * ROUNDS);
    return heard;
  }

  @Test
  void sinksSeeRoundsImagesAndTheLastReport() throws Exception {
    try (Shards shards = deal(frame(rows(), 3), 2, (double) VALIDATION / ROWS)) {
      Heard heard = train(shards);
      assertCounts(1);
      assertThat(jmx("images", "meters", "MeanRate")).isPositive();
      Map<String, Double> gauges =
          Map.of(
              "epoch", (double) EPOCHS,
              "loss", heard.round.loss(),
              "validationLoss", heard.epoch.validationLoss(),
              "imagesPerSecond", heard.round.imagesPerSecond(),
              "communicationShare", heard.round.communicationShare());
      for (Map.Entry<String, Double> gauge : gauges.entrySet()) {
        assertThat(jmx(gauge.getKey(), "gauges", "Value")).isEqualTo(gauge.getValue());
        assertThat(prometheus(gauge.getKey() + "_Value")).isEqualTo(gauge.getValue());
      }
      assertThat(heard.round.images()).isEqualTo(ROWS - VALIDATION);
      assertThat(heard.round.loss()).isEqualTo(heard.epoch.loss());
      assertThat(heard.round.communicationShare()).isBetween(0.0, 1.0);

      train(shards);
      assertCounts(2);
    }
  }
}
