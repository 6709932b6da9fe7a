package ai.narrows.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.jobs.Ran;
import ai.narrows.jobs.console.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs that take the place of earlier ones, and what a job that was killed meanwhile leaves. */
final class SwapTest {
  private static final String ID = "5f1c6a52-0b7e-4d0b-9c55-3a6f0f7f5b11";
  private static final String LATER = "9a6f0f7f-0b7e-4d0b-9c55-3a6f5f1c6a52";

  @TempDir Path folder;
  private FileSystem files;
  private org.apache.hadoop.fs.Path target;

  @BeforeEach
  void open() throws IOException {
    files = FileSystem.getLocal(new Configuration());
    target = new org.apache.hadoop.fs.Path(folder.resolve("out").toUri());
  }

  /** A table of one file, under this name. */
  private void table(String name, String content) throws IOException {
    Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("part"), content);
  }

  private List<String> names() throws IOException {
    try (var found = Files.list(folder)) {
      return found.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private String settled() {
    return Ran.of(
            () -> {
              try (Progress progress = Progress.inLines()) {
                Swap.settle(files, target, progress);
                return 0;
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })
        .err();
  }

  @Test
  void theEarlierOutputIsReplaced() throws IOException {
    table("out", "old");
    Swap swap = Swap.of(files, target);
    table(swap.tmp().getName(), "new");
    assertThatThrownBy(() -> swap.run(swap.tmp(), false))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("/out has come into being meanwhile");
    swap.run(swap.tmp(), true);
    assertThat(names()).containsExactly("out");
    assertThat(folder.resolve("out/part")).hasContent("new");
    assertThat(settled()).isEmpty();
  }

  @Test
  void whatCannotBeMovedInPutsTheEarlierOneBack() throws IOException {
    table("out", "old");
    Swap swap = Swap.of(files, target);
    assertThatThrownBy(() -> swap.run(swap.tmp(), true)).isInstanceOf(IOException.class);
    assertThat(names()).containsExactly("out");
    assertThat(folder.resolve("out/part")).hasContent("old");
  }

  /** Killed when the earlier output was away and the new one not yet in its place. */
  @Test
  void theNewOutputIsMovedIn() throws IOException {
    table("out.old-" + ID, "old");
    table("out.tmp-" + ID, "new");
    assertThat(settled())
        .endsWith(
            String.format(
                Locale.ROOT,
                "A job was killed while it replaced %s: the new output is in place now\n",
                target));
    assertThat(names()).containsExactly("out");
    assertThat(folder.resolve("out/part")).hasContent("new");
  }

  /** A pack is not called tmp, so what is there may be half of it. */
  @Test
  void withoutAWholeNewOneTheEarlierComesBack() throws IOException {
    table("out.old-" + ID, "older");
    table("out.old-" + LATER, "old");
    Files.setLastModifiedTime(folder.resolve("out.old-" + ID), FileTime.fromMillis(0));
    assertThat(settled())
        .contains("the earlier output is in place now")
        .contains("out.old-" + ID + " is left of a job that was killed");
    assertThat(names()).containsExactly("out", "out.old-" + ID);
    assertThat(folder.resolve("out/part")).hasContent("old");
  }

  /** Killed while it wrote, or while it deleted: what stands at the name is whole. */
  @Test
  void whatLiesBesideAWholeOutputIsNamedAndStays() throws IOException {
    table("out", "whole");
    table("out.tmp-" + ID, "half");
    table("out.tmp-notes", "somebody's");
    assertThat(settled())
        .contains("out.tmp-" + ID + " is left of a job that was killed, or belongs to one")
        .doesNotContain("notes");
    assertThat(names()).containsExactly("out", "out.tmp-" + ID, "out.tmp-notes");
    assertThat(folder.resolve("out/part")).hasContent("whole");
  }
}
