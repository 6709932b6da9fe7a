package ai.narrows;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.TaskContext;

/**
 * Something that goes wrong in the middle of a task's work, in whatever process runs it.
 *
 * @param kind what happens
 * @param task place of the task among its job's, from 0
 * @param marker a file that is made when it happens for the first time; it holds the id of the
 *     process
 */
public record Fault(Kind kind, int task, String marker) implements Serializable {

  /** What goes wrong. */
  public enum Kind {
    /** The task fails, once. */
    THROW,
    /** The task fails, every time. */
    THROW_ALWAYS,
    /** The task's first attempt stands still until it is killed, or its process. */
    STAND_STILL,
    /** Nothing, but the test knows the process. */
    NOTHING
  }

  /** To be called by the task, as often as it likes. */
  public void strike() {
    TaskContext context = TaskContext.get();
    if (context.partitionId() != task) {
      return;
    }
    boolean first = mark();
    if (kind == Kind.THROW_ALWAYS || (kind == Kind.THROW && first)) {
      throw new IllegalStateException("a fault of the test's");
    }
    while (kind == Kind.STAND_STILL && first && !context.isInterrupted()) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Whether it is the first time, in all processes. */
  private boolean mark() {
    Path made = Path.of(marker);
    if (Files.exists(made)) {
      return false;
    }
    try {
      Path written = Files.createTempFile(made.getParent(), "marker", "");
      Files.writeString(written, Long.toString(ProcessHandle.current().pid()));
      try {
        Files.createLink(made, written);
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      } finally {
        Files.delete(written);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for it; gives the process in which it has happened. */
  public ProcessHandle await() {
    long end = System.nanoTime() + 120_000_000_000L;
    try {
      while (!Files.exists(Path.of(marker))) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException("nothing has made " + marker);
        }
        Thread.sleep(5);
      }
      return ProcessHandle.of(Long.parseLong(Files.readString(Path.of(marker)))).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
