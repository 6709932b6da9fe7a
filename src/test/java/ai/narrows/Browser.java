package ai.narrows;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A headless Chromium, for the tests of pages that are tagged {@code extras}. */
public final class Browser {
  private Browser() {}

  /**
   * What starts the browser of the {@code PATH}, with all that it would ask other machines for
   * turned off.
   *
   * @param profile the browser's own folder, made where it is missing
   * @param more further options, then the page's address
   */
  public static ProcessBuilder open(Path profile, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                executable(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--user-data-dir=" + profile,
                "--enable-logging=stderr"));
    command.addAll(Arrays.asList(more));
    return new ProcessBuilder(command);
  }

  private static String executable() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "no chromium on the PATH: apt-get install chromium, or leave -Pextras out"))
        .toString();
  }
}
