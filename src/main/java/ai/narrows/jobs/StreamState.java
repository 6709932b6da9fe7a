package ai.narrows.jobs;

import ai.narrows.images.InputException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What Spark does not look after where a stream goes on: that its checkpoint, its output and what
 * it is to write belong together. Spark itself would pass over images in silence, or score all of
 * them again, where they do not.
 *
 * @param checkpoint directory of the stream's checkpoint; {@code narrows.json} in it says what it
 *     belongs to
 * @param output directory that it appends to
 */
record StreamState(Path checkpoint, Path output, Configuration hadoop) {
  private static final String NAME = "narrows.json";
  private static final String UNFINISHED = NAME + ".new";

  /** Where Spark's file sink keeps which files count. */
  private static final String SINK_LOG = "_spark_metadata";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** An empty description of a stream, to be filled in. */
  static ObjectNode description() {
    return JSON.createObjectNode().put("formatVersion", 1);
  }

  /**
   * Makes sure that the stream may begin, or go on.
   *
   * @param description of what is to be written, with names and texts or numbers
   * @return whether it goes on
   * @throws InputException if the checkpoint or the output is somebody else's, or the stream is
   *     another now
   */
  boolean open(ObjectNode description) throws IOException {
    Path file = new Path(checkpoint, NAME);
    if (files(checkpoint).exists(file)) {
      compare(read(file), JSON.readTree(JSON.writeValueAsBytes(description)));
      if (!isEmpty(new Path(checkpoint, "commits")) && !exists(new Path(output, SINK_LOG))) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "the scores of the checkpoint %s are not in %s any more: put them back, or choose another --checkpoint to score all images again",
                checkpoint,
                output));
      }
      return true;
    }
    if (!isEmpty(checkpoint)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "--checkpoint %s holds other files than a checkpoint of jobs/score --stream: choose another directory",
              checkpoint));
    }
    if (!isEmpty(output)) {
      throw new InputException(
          exists(new Path(output, SINK_LOG))
              ? String.format(
                  Locale.ROOT,
                  "the output %s was written with another --checkpoint than %s: give that one, or choose another --output",
                  output,
                  checkpoint)
              : String.format(
                  Locale.ROOT,
                  "the output %s exists already and was not written by a stream: choose another",
                  output));
    }
    write(file, description);
    return false;
  }

  private void compare(JsonNode before, JsonNode now) {
    TreeSet<String> names = new TreeSet<>();
    before.fieldNames().forEachRemaining(names::add);
    now.fieldNames().forEachRemaining(names::add);
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      JsonNode was = before.path(name);
      JsonNode is = now.path(name);
      if (!was.equals(is)) {
        differences.add(
            name.equals(ScoreStream.WEIGHTS)
                ? "the model is another"
                : String.format(Locale.ROOT, "%s was %s and is %s", name, shown(was), shown(is)));
      }
    }
    if (!differences.isEmpty()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the checkpoint %s belongs to another stream: %s; give what it was, or choose another --checkpoint and --output",
              checkpoint,
              String.join(", ", differences)));
    }
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "not there" : value.asText();
  }

  private JsonNode read(Path file) throws IOException {
    try (InputStream in = files(file).open(file)) {
      return JSON.readTree(in.readAllBytes());
    } catch (JsonProcessingException e) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s cannot be understood: choose another --checkpoint and --output",
              file),
          e);
    }
  }

  /** Whole or not at all, also where the job is killed meanwhile. */
  private void write(Path file, ObjectNode description) throws IOException {
    Path aside = new Path(checkpoint, UNFINISHED);
    try (OutputStream out = files(aside).create(aside, true)) {
      out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(description));
    }
    if (!files(file).rename(aside, file)) {
      throw new IOException(String.format(Locale.ROOT, "cannot move %s to %s", aside, file));
    }
  }

  private FileSystem files(Path path) throws IOException {
    return path.getFileSystem(hadoop);
  }

  private boolean exists(Path path) throws IOException {
    return files(path).exists(path);
  }

  /** Whether nothing of anybody's is there. */
  private boolean isEmpty(Path directory) throws IOException {
    try {
      return Arrays.stream(files(directory).listStatus(directory))
          .allMatch(status -> status.getPath().getName().equals(UNFINISHED));
    } catch (FileNotFoundException e) {
      return true;
    }
  }
}
