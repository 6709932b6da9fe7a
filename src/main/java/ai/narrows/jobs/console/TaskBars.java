package ai.narrows.jobs.console;

import ai.narrows.distributed.Described;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * A bar for each of Spark's stages, by the description of its job and the tasks that have ended: of
 * several at a time the latest.
 */
public final class TaskBars extends SparkListener {
  /** Where Spark keeps which batch of a stream a job belongs to; its description is for the UI. */
  private static final String BATCH = "streaming.sql.batchId";

  private final Progress progress;
  private Bar bar; // Spark calls from one thread alone
  private int stage = -1;

  /** Bars for the stages of jobs, printed to this progress. */
  public TaskBars(Progress progress) {
    this.progress = progress;
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    String batch = submitted.properties().getProperty(BATCH);
    String what =
        batch == null
            ? submitted.properties().getProperty(Described.PROPERTY)
            : "scoring, batch " + batch;
    int tasks = submitted.stageInfo().numTasks();
    if (what != null && tasks > 0) {
      stage = submitted.stageInfo().stageId();
      String line = what.replaceAll("\\p{Cntrl}", " ");
      show(new Bar(line, 0, tasks, "", System.nanoTime(), Bar.UNKNOWN));
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd task) {
    if (task.stageId() == stage && bar.done() < bar.total() && task.reason() == Success$.MODULE$) {
      int done = bar.done() + 1;
      long end = Bar.end(0, bar.since(), (double) done / bar.total(), System.nanoTime());
      show(new Bar(bar.what(), done, bar.total(), bar.more(), bar.since(), end));
    }
  }

  @Override
  public void onStageCompleted(SparkListenerStageCompleted completed) {
    if (completed.stageInfo().stageId() == stage) {
      stage = -1;
      show(null);
    }
  }

  private void show(Bar next) {
    bar = next;
    progress.tasks(next);
  }
}
