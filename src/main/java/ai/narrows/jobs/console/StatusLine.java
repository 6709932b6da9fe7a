package ai.narrows.jobs.console;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;

/**
 * The last line of a terminal, drawn anew while work goes on. It takes the place of standard error,
 * so that whatever else is printed there comes above it.
 */
final class StatusLine extends OutputStream {
  private static final long REDRAW_MILLIS = 100;

  /** What takes less is over before anybody has read it. */
  private static final long SHORT_NANOS = 500_000_000;

  // What does not fit is cut off: lines that wrap could not be drawn anew. The cursor stays at the
  // line's beginning, where the words of those who print past us begin too.
  private static final String BEFORE = "\r\033[?7l";
  private static final String AFTER = "\033[K\033[?7h\r";
  private static final String CLEAR = "\r\033[K";

  private final PrintStream terminal;
  private final Timer painter = new Timer("narrows-status-line", true);
  private final Thread onExit = new Thread(this::stop);
  private volatile Bar rounds;
  private volatile Bar tasks;
  private String drawn = ""; // what stands in the line; guarded by this, as the next
  private boolean lineIsOurs = true; // nobody has left a line unfinished

  /** In the last line of a terminal. */
  StatusLine(PrintStream terminal) {
    this.terminal = terminal;
  }

  /**
   * Whether standard error is a terminal that can draw, and no log of a build. Java knows only of
   * standard input and output, so a process that inherits standard error is asked.
   */
  static boolean isPossible(Map<String, String> environment) {
    if (environment.getOrDefault("TERM", "dumb").equals("dumb")
        || !environment.getOrDefault("CI", "").isEmpty()) {
      return false;
    }
    try {
      return new ProcessBuilder("test", "-t", "2").redirectError(Redirect.INHERIT).start().waitFor()
          == 0;
    } catch (IOException e) { // not a system that has such things
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Takes the place of standard error, until it is closed or Java ends. */
  void start() {
    String name =
        System.getProperty("stderr.encoding", System.getProperty("sun.stderr.encoding", ""));
    Charset charset = name.isEmpty() ? Charset.defaultCharset() : Charset.forName(name);
    System.setErr(new PrintStream(this, true, charset));
    Runtime.getRuntime().addShutdownHook(onExit);
    painter.schedule(
        new TimerTask() {
          @Override
          public void run() {
            draw();
          }
        },
        REDRAW_MILLIS,
        REDRAW_MILLIS);
  }

  /** What is shown from now on, null for nothing; of the two kinds rounds go first. */
  void rounds(Bar bar) {
    rounds = bar;
  }

  /** What is shown from now on where there are no rounds, null for nothing. */
  void tasks(Bar bar) {
    tasks = bar;
  }

  /** Draws what is to be shown at this moment. */
  synchronized void draw() {
    long now = System.nanoTime();
    Bar bar = rounds == null ? tasks : rounds;
    String text = bar == null || now - bar.since() < SHORT_NANOS ? "" : bar.text(now);
    if (text.isEmpty()) {
      clear();
    } else if (lineIsOurs && !text.equals(drawn)) {
      terminal.print(BEFORE + text + AFTER);
      terminal.flush();
      drawn = text;
    }
  }

  private void clear() {
    if (!drawn.isEmpty()) {
      terminal.print(CLEAR);
      terminal.flush();
      drawn = "";
    }
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) {
    if (length > 0) {
      clear();
      terminal.write(bytes, from, length);
      lineIsOurs = bytes[from + length - 1] == '\n';
    }
  }

  @Override
  public void flush() {
    terminal.flush();
  }

  private synchronized void stop() {
    painter.cancel();
    rounds = null;
    tasks = null;
    clear();
  }

  /** Gives standard error back, without the line. */
  @Override
  public void close() {
    stop();
    System.setErr(terminal);
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) { // Java is ending, and has run it or will
      return;
    }
  }
}
