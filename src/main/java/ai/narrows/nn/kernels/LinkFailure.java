package ai.narrows.nn.kernels;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong where a native library cannot be loaded, told from what the system says. */
final class LinkFailure {
  private static final Pattern TOO_OLD =
      Pattern.compile("version [`']?((?:GLIBC|GLIBCXX|CXXABI)_[0-9.]+)' not found");
  private static final Pattern MISSING =
      Pattern.compile("(lib[\\w+.-]+\\.so[\\w.]*): cannot open shared object file");
  private static final Pattern MUSL =
      Pattern.compile(
          "libc\\.musl|ld-musl|Error relocating|Error loading shared library|symbol not found");
  private static final Pattern FORBIDDEN =
      Pattern.compile("failed to map segment|[Oo]peration not permitted|cannot enable executable");

  private LinkFailure() {}

  /**
   * In one sentence.
   *
   * @param thrown by JavaCPP, its causes included
   * @param folder where the libraries are unpacked
   * @param platform as JavaCPP names it
   * @param musl whether this system's C library is musl
   * @param javaCpp where JavaCPP's classes come from, and their version
   */
  static String sentence(
      Throwable thrown, Path folder, String platform, boolean musl, String javaCpp) {
    StringBuilder texts = new StringBuilder();
    boolean incompatible = false;
    for (Throwable t = thrown; t != null; t = t.getCause() == t ? null : t.getCause()) {
      texts.append(t.getMessage()).append('\n');
      incompatible |= t instanceof IncompatibleClassChangeError || t instanceof VerifyError;
    }
    Matcher old = TOO_OLD.matcher(texts);
    Matcher missing = MISSING.matcher(texts);
    if (musl || MUSL.matcher(texts).find()) {
      return "the native libraries need glibc, but this system has musl, as Alpine has: use an image with"
          + " glibc, such as one of Debian, Ubuntu or Red Hat";
    }
    if (old.find()) {
      return ("the native libraries need %s, which this system's %s is too old for: use a system with"
              + " glibc 2.17 and GCC 4.8's libstdc++ or newer")
          .formatted(old.group(1), old.group(1).startsWith("GLIBC_") ? "glibc" : "libstdc++");
    }
    if (FORBIDDEN.matcher(texts).find()) {
      return "native libraries may not be loaded from %s, which is mounted noexec or guarded: %s"
          .formatted(folder, NativeFolder.REMEDY);
    }
    if (missing.find()) {
      return "the native libraries need %s, which this system does not have: install it"
          .formatted(missing.group(1));
    }
    if (texts.indexOf("No space left") >= 0) {
      return "the native libraries cannot be unpacked: %s is full; make room there, or %s"
          .formatted(folder, NativeFolder.REMEDY);
    }
    if (texts.indexOf("another classloader") >= 0) {
      return "the native libraries are in use by another class loader of this JVM: have the jar loaded once,"
          + " on the cluster's class path or as one library, and start the JVM anew";
    }
    if (incompatible) {
      return ("the native libraries cannot be loaded, since this JVM has another JavaCPP (%s): take it off"
              + " the class path, or put Narrows' jar before it (%s)")
          .formatted(javaCpp, firstLine(thrown));
    }
    return "the native libraries for %s cannot be loaded from %s: %s"
        .formatted(platform, folder, firstLine(thrown));
  }

  /** Of the innermost error that says anything. */
  private static String firstLine(Throwable thrown) {
    String said = thrown.toString();
    for (Throwable t = thrown; t != null; t = t.getCause() == t ? null : t.getCause()) {
      said = t.getMessage() == null ? said : t.getMessage();
    }
    return said.strip().lines().findFirst().orElse(said);
  }
}
