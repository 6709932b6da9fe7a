package ai.narrows.jobs;

import ai.narrows.images.InputException;
import ai.narrows.images.source.PassedOver;
import ai.narrows.images.source.PathName;
import ai.narrows.jobs.console.Counted;
import ai.narrows.jobs.console.Counts;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.jobs.options.OutputOptions;
import ai.narrows.jobs.options.StreamOptions;
import ai.narrows.jobs.options.TableOptions;
import ai.narrows.jobs.output.Output;
import ai.narrows.jobs.output.Probe;
import ai.narrows.jobs.output.Sources;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.util.CollectionAccumulator;

/**
 * Scores image files as they appear in folders, each once, whatever becomes of the job: Spark's
 * file source and its checkpoint know which files have come, Spark's file sink which have been
 * written.
 */
final class ScoreStream {
  /** What tells models apart in the description of a stream. */
  static final String WEIGHTS = "weights";

  /** Hadoop's hooks run highest first; Spark stops its context at 50 (10 + 40). */
  private static final int BEFORE_SPARK_STOPS = FileSystem.SHUTDOWN_HOOK_PRIORITY + 50;

  private static final long REPORT_MILLIS = 200;
  private static final long REPORTS_PER_CHECK = 50;

  private final ScoreRows scores;
  private final InputOptions input;
  private final OutputOptions output;
  private final TableOptions table;
  private final StreamOptions options;

  private long reported = -1; // the last batch that was told of; guarded by this, as the next
  private long images;
  private CollectionAccumulator<String> passedOver; // kinds of files since the last report
  private final CountDownLatch ended = new CountDownLatch(1); // what the shutdown hook does
  private volatile boolean stopped;

  ScoreStream(
      ScoreRows scores,
      InputOptions input,
      OutputOptions output,
      TableOptions table,
      StreamOptions options) {
    this.scores = scores;
    this.input = input;
    this.output = output;
    this.table = table;
    this.options = options;
  }

  /** Until it is stopped, or has scored what was there. */
  void run(SparkSession spark, Sources sources, Progress progress) throws Exception {
    Configuration hadoop = sources.hadoop();
    Path target = qualified(output.directory, hadoop);
    Path checkpoint = qualified(options.checkpoint, hadoop);
    if (Output.isIn(target, checkpoint, hadoop)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "--checkpoint %s lies in the output %s: choose a directory beside it",
              options.checkpoint,
              output.directory));
    }
    sources.refuseWritingInto(output.directory, target);
    sources.refuseWritingInto(options.checkpoint, checkpoint);
    Probe.into("--output", output.directory, target.getFileSystem(hadoop), target);
    Probe.into("--checkpoint", options.checkpoint, checkpoint.getFileSystem(hadoop), checkpoint);
    passedOver = spark.sparkContext().collectionAccumulator("files passed over");
    Dataset<Row> rows =
        scores.of(input.readStream(spark, options.ofSource(), passedOver), new Counts(), List.of());
    boolean goesOn =
        new StreamState(checkpoint, target, hadoop).open(description(rows, target, hadoop));
    StreamingQuery query =
        table
            .append(rows)
            .queryName("scoring " + checkpoint)
            .option("checkpointLocation", checkpoint.toString())
            .trigger(options.trigger())
            .start(target.toString());
    progress.say(
        "%s %s%s: scores go to %s",
        goesOn ? "Going on with" : "Watching",
        String.join(" ", input.paths),
        options.everyInWords(),
        output.directory);
    await(query, progress);
  }

  private static Path qualified(String name, Configuration hadoop) throws IOException {
    Path path = PathName.path(name);
    return path.getFileSystem(hadoop).makeQualified(path);
  }

  /** All that rows depend on which are to stand in one table. */
  private ObjectNode description(Dataset<Row> rows, Path target, Configuration hadoop)
      throws IOException {
    StringBuilder folders = new StringBuilder();
    for (String path : input.paths) {
      folders.append(folders.isEmpty() ? "" : " ").append(qualified(path, hadoop));
    }
    String columns =
        Arrays.stream(rows.schema().fields())
            .map(field -> field.name() + " " + field.dataType().catalogString())
            .collect(Collectors.joining(", "));
    ObjectNode description = StreamState.description();
    if (!scores.scorer().patches().whole()) {
      description.put("patchQuantile", scores.scorer().getPatchQuantile());
    }
    return description
        .put("input", folders.toString())
        .put("output", target.toString())
        .put("outputFormat", table.format)
        .put(WEIGHTS, sha256(scores.scorer().parameters()))
        .put("scoreMethod", scores.scorer().getScoreMethod())
        .put("scoreSamples", scores.scorer().getScoreSamples())
        .put("threshold", scores.scorer().getThreshold())
        .put("columns", columns);
  }

  private static String sha256(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
    bytes.asFloatBuffer().put(values);
    return DigestUtils.sha256Hex(bytes.array());
  }

  private void await(StreamingQuery query, Progress progress) throws Exception {
    Runnable stop = () -> stop(query, progress);
    ShutdownHookManager hooks = ShutdownHookManager.get();
    hooks.addShutdownHook(stop, BEFORE_SPARK_STOPS);
    try {
      for (long i = 1; !query.awaitTermination(REPORT_MILLIS); i++) {
        report(query, progress);
        if (i % REPORTS_PER_CHECK == 0) {
          input.checkNames();
        }
      }
      input.checkNames();
      if (!stopped) { // available now, and done
        report(query, progress);
        progress.say("Scored %,d new images: %s", images, output.directory);
      }
    } catch (StreamingQueryException e) {
      if (!stopped) {
        report(query, progress);
        throw e;
      }
    } finally {
      query.stop();
      if (stopped) {
        ended.await(); // the hook still needs the Spark context, which ends with this method's job
      }
      if (!hooks.isShutdownInProgress()) {
        hooks.removeShutdownHook(stop);
      }
    }
  }

  /** Java is ending, as by Ctrl-C; what is in the works is scored when the job is run again. */
  private void stop(StreamingQuery query, Progress progress) {
    stopped = true;
    try {
      query.stop();
      report(query, progress);
      progress.say("Stopped, with %,d images scored: the same command goes on", images);
    } catch (TimeoutException e) {
      // Spark's own hook ends it the hard way.
    } finally {
      ended.countDown();
    }
  }

  /** Tells of batches that had images. */
  private synchronized void report(StreamingQuery query, Progress progress) {
    for (StreamingQueryProgress batch : query.recentProgress()) {
      Counted counted = Counts.counted(batch.observedMetrics());
      if (batch.batchId() > reported && counted.read() > 0) {
        reported = batch.batchId();
        images += counted.modelled();
        progress.say("%s (%,d in all)", scores.inWords(counted), images);
      }
    }
    List<String> kinds = List.copyOf(passedOver.value());
    if (!kinds.isEmpty()) {
      passedOver.reset();
      progress.say("Passed over: %s", PassedOver.ofKinds(kinds));
    }
  }
}
