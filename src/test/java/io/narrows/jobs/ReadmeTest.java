package io.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.narrows.ml.Autoencoder;
import io.narrows.ml.VariationalAutoencoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.junit.jupiter.api.Test;

/** What the README lists is what the estimators have. */
class ReadmeTest {
  private static final List<String> HEADER =
      List.of("| parameter | option | default | what it is |", "|---|---|---|---|");

  @Test
  void theParameterTablesAreTheParams() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    assertThat(readme).contains(table(name -> !name.endsWith("Col")));
    assertThat(readme).contains(table(name -> name.endsWith("Col")));
  }

  private static String table(Predicate<String> wanted) {
    Autoencoder autoencoder = new Autoencoder();
    return String.join("\n", HEADER)
        + "\n"
        + Arrays.stream(autoencoder.params())
            .filter(param -> wanted.test(param.name()))
            .map(param -> row(param, autoencoder, new VariationalAutoencoder()))
            .collect(Collectors.joining("\n"))
        + "\n\n";
  }

  private static String row(Param<?> param, Params first, Params second) {
    String value = show(param, first);
    String other = show(param, second);
    return String.format(
        "| `%s` | `%s` | %s | %s |",
        param.name(),
        ParamOptions.optionOf(param.name()),
        value.equals(other) ? value : value + "; vae: " + other,
        param.doc());
  }

  private static String show(Param<?> param, Params owner) {
    Object value = owner.getDefault(owner.getParam(param.name())).get();
    return value instanceof int[] sizes
        ? Arrays.stream(sizes).mapToObj(Integer::toString).collect(Collectors.joining(","))
        : Objects.toString(value);
  }
}
