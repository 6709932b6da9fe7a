package ai.narrows.distributed;

import ai.narrows.train.EpochReport;
import ai.narrows.train.RoundReport;
import ai.narrows.train.TrainingListener;
import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkContext;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;
import scala.collection.Seq;

/**
 * How training goes, for Spark's metrics system: {@code driver.narrows.*} in whatever sinks it has.
 * One source for all trainings of an application: counts are sums over them, gauges show what any
 * of them reported last.
 */
final class TrainingMetrics implements Source {
  private static final String NAME = "narrows";

  private final MetricRegistry registry = new MetricRegistry();
  private final Counter rounds = registry.counter("rounds");
  private final Counter epochs = registry.counter("epochs");
  private final Meter images = registry.meter("images");
  private volatile RoundReport round; // the last; null before the first
  private volatile double validationLoss = Double.NaN;

  private TrainingMetrics() {
    gauge("epoch", RoundReport::epoch);
    gauge("loss", RoundReport::loss);
    gauge("imagesPerSecond", RoundReport::imagesPerSecond);
    gauge("communicationShare", RoundReport::communicationShare);
    registry.register("validationLoss", (Gauge<Double>) () -> validationLoss);
  }

  private void gauge(String name, ToDoubleFunction<RoundReport> value) {
    registry.register(
        name,
        (Gauge<Double>)
            () -> {
              RoundReport last = round;
              return last == null ? Double.NaN : value.applyAsDouble(last);
            });
  }

  /** Tells the application's metrics of one training. */
  static TrainingListener listener(SparkContext context) {
    return new Telling(of(context.env().metricsSystem()));
  }

  /**
   * The application's only one; sinks see it from here on. It replaces one that another class
   * loader has registered, as happens when a notebook is detached and attached again.
   */
  private static synchronized TrainingMetrics of(MetricsSystem system) {
    Seq<Source> known = system.getSourcesByName(NAME);
    if (!known.isEmpty()) {
      Source source = known.head();
      if (source instanceof TrainingMetrics metrics) {
        return metrics;
      }
      system.removeSource(source);
    }
    TrainingMetrics metrics = new TrainingMetrics();
    system.registerSource(metrics);
    return metrics;
  }

  @Override
  public String sourceName() {
    return NAME;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  /** One training. */
  private static final class Telling implements TrainingListener {
    private static final long serialVersionUID = 1L;

    private final transient TrainingMetrics metrics;
    private long counted; // images of the epoch

    Telling(TrainingMetrics metrics) {
      this.metrics = metrics;
    }

    @Override
    public void roundFinished(RoundReport report) {
      metrics.rounds.inc();
      metrics.images.mark(report.images() - counted);
      counted = report.images();
      metrics.round = report;
    }

    @Override
    public void epochFinished(EpochReport report, int epochs) {
      metrics.epochs.inc();
      metrics.validationLoss = report.validationLoss();
      counted = 0;
    }
  }
}
