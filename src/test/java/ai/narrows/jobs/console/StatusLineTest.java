package ai.narrows.jobs.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a terminal is sent. */
class StatusLineTest {
  private static final long SECOND = 1_000_000_000;
  private static final Bar BAR = new Bar("scoring", 1, 2, "", System.nanoTime() - SECOND, 0);
  private static final String DRAWN =
      "\r\033[?7lscoring [=======>      ] 1/2  0:00 left\033[K\033[?7h\r";
  private static final String CLEARED = "\r\033[K";

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final StatusLine line =
      new StatusLine(new PrintStream(sent, true, StandardCharsets.UTF_8));

  private String sent() {
    String text = sent.toString(StandardCharsets.UTF_8);
    sent.reset();
    return text;
  }

  private void print(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    line.write(bytes, 0, bytes.length);
  }

  @Test
  void bars() {
    long now = System.nanoTime();
    assertThat(new Bar("epoch 1/20", 0, 8, "", now, Bar.UNKNOWN).text(now))
        .isEqualTo("epoch 1/20 [>             ] 0/8");
    assertThat(new Bar("epoch 3/20", 5, 8, "  loss 0.1", now, now + 60 * SECOND).text(now))
        .isEqualTo("epoch 3/20 [========>     ] 5/8  1:00 left  loss 0.1");
    assertThat(new Bar("x", 1000, 1000, "", now, now + 3600 * SECOND + 1).text(now))
        .isEqualTo("x [==============] 1,000/1,000  1:00:01 left");
    assertThat(new Bar("x", 999, 1000, "", now, now).text(now + SECOND))
        .isEqualTo("x [=============>] 999/1,000  0:00 left");
  }

  @Test
  void endsAsItHasGoneOn() {
    assertThat(Bar.end(0, 0, 0.25, 10)).isEqualTo(40);
    assertThat(Bar.end(0.5, 100, 0.75, 110)).isEqualTo(120);
    assertThat(Bar.end(0.5, 100, 0.5, 110)).isEqualTo(Bar.UNKNOWN);
  }

  @Test
  void linesComeAboveTheBar() {
    line.draw();
    assertThat(sent()).isEmpty();
    line.tasks(BAR);
    line.draw();
    assertThat(sent()).isEqualTo(DRAWN);
    line.draw();
    assertThat(sent()).as("the same again").isEmpty();
    print("one\n");
    line.draw();
    assertThat(sent()).isEqualTo(CLEARED + "one\n" + DRAWN);
    print("be");
    line.draw();
    print("gun\n");
    line.draw();
    assertThat(sent()).isEqualTo(CLEARED + "begun\n" + DRAWN);
    line.tasks(null);
    line.draw();
    assertThat(sent()).isEqualTo(CLEARED);
    line.draw();
    print("end\n");
    assertThat(sent()).isEqualTo("end\n");
  }

  @Test
  void roundsGoFirst() {
    line.rounds(new Bar("epoch 1/2", 2, 2, "", BAR.since(), Bar.UNKNOWN));
    line.tasks(BAR);
    line.draw();
    assertThat(sent()).contains("epoch 1/2 [==============] 2/2").doesNotContain("scoring");
    line.rounds(null);
    line.draw();
    assertThat(sent()).isEqualTo(DRAWN);
  }

  @Test
  void whatIsShortIsNotShown() {
    line.tasks(new Bar("short", 1, 2, "", System.nanoTime(), Bar.UNKNOWN));
    line.draw();
    assertThat(sent()).isEmpty();
  }
}
