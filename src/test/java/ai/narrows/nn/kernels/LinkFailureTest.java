package ai.narrows.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What glibc, musl and HotSpot say, as it was seen or as their sources have it. */
final class LinkFailureTest {
  private static final Path FOLDER = Path.of("/cache");

  private static String of(Throwable thrown, boolean musl) {
    return LinkFailure.sentence(thrown, FOLDER, "linux-x86_64", musl, "/databricks/javacpp.jar");
  }

  /** As JavaCPP has it: its own words, and the system's behind them. */
  private static String of(String text) {
    Error thrown = new UnsatisfiedLinkError("no jnidnnl in java.library.path: /usr/lib");
    thrown.initCause(new UnsatisfiedLinkError("/cache/libjnidnnl.so: " + text));
    return of(thrown, false);
  }

  @Test
  void musl() {
    String sentence =
        "the native libraries need glibc, but this system has musl, as Alpine has: use an image with glibc,"
            + " such as one of Debian, Ubuntu or Red Hat";
    assertThat(
            of(
                "Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by"
                    + " /cache/libjnidnnl.so)"))
        .isEqualTo(sentence);
    assertThat(of("Error relocating /cache/libdnnl.so.2: __sprintf_chk: symbol not found"))
        .isEqualTo(sentence);
    assertThat(of(new UnsatisfiedLinkError("libc.so.6: cannot open"), true)).isEqualTo(sentence);
  }

  @Test
  void oldLibraries() {
    assertThat(of("/lib64/libc.so.6: version `GLIBC_2.17' not found (required by libdnnl.so.2)"))
        .isEqualTo(
            "the native libraries need GLIBC_2.17, which this system's glibc is too old for: use a system"
                + " with glibc 2.17 and GCC 4.8's libstdc++ or newer");
    assertThat(of("/lib64/libstdc++.so.6: version `GLIBCXX_3.4.18' not found"))
        .startsWith("the native libraries need GLIBCXX_3.4.18, which this system's libstdc++ is");
  }

  @Test
  void missingLibraries() {
    assertThat(of("libstdc++.so.6: cannot open shared object file: No such file or directory"))
        .isEqualTo(
            "the native libraries need libstdc++.so.6, which this system does not have: install it");
  }

  @Test
  void foldersThatForbidIt() {
    for (String text :
        new String[] {
          "failed to map segment from shared object",
          "failed to map segment from shared object: Operation not permitted",
          "cannot open shared object file: Operation not permitted"
        }) {
      assertThat(of(text))
          .startsWith(
              "native libraries may not be loaded from /cache, which is mounted noexec or guarded: set"
                  + " -Dorg.bytedeco.javacpp.cachedir=DIR");
    }
    assertThat(of("No space left on device"))
        .contains("/cache is full; make room there, or set -D");
  }

  @Test
  void otherClassLoadersAndVersions() {
    assertThat(of("already loaded in another classloader"))
        .startsWith("the native libraries are in use by another class loader of this JVM");
    assertThat(of(new NoSuchMethodError("org.bytedeco.javacpp.Loader.load"), false))
        .isEqualTo(
            "the native libraries cannot be loaded, since this JVM has another JavaCPP"
                + " (/databricks/javacpp.jar): take it off the class path, or put Narrows' jar before it"
                + " (org.bytedeco.javacpp.Loader.load)");
  }

  @Test
  void whateverElse() {
    assertThat(of("wrong ELF class\nmore"))
        .isEqualTo(
            "the native libraries for linux-x86_64 cannot be loaded from /cache: /cache/libjnidnnl.so: wrong"
                + " ELF class");
    assertThat(of(new UnsatisfiedLinkError(), false)).endsWith("java.lang.UnsatisfiedLinkError");
  }
}
