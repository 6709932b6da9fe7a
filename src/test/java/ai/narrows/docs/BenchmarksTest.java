package ai.narrows.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs in {@code benchmarks}, which no build compiles, fit the code as it is. */
final class BenchmarksTest {
  @Test
  void compile(@TempDir Path classes) throws IOException {
    List<Path> programs;
    try (Stream<Path> files = Files.list(Path.of("benchmarks"))) {
      programs = files.filter(file -> file.toString().endsWith(".java")).toList();
    }
    assertThat(programs).isNotEmpty();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter told = new StringWriter();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      List<String> options =
          List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", classpath());
      boolean compiled =
          compiler
              .getTask(
                  told, manager, null, options, null, manager.getJavaFileObjectsFromPaths(programs))
              .call();
      assertThat(compiled).as(told.toString()).isTrue();
    }
  }

  /** Surefire's own jar on the classpath names the rest in its manifest, or this property does. */
  private static String classpath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
