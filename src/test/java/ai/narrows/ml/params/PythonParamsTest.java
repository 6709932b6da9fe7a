package ai.narrows.ml.params;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The Python package's params are made of the definitions, and written when asked to. */
final class PythonParamsTest {
  private static final Path MODULE = Path.of("python/src/ai/narrows/_params.py");
  private static final String WRITE = "narrows.writePython";
  private static final String COMMAND = "mvn -Dtest=PythonParamsTest -D" + WRITE + "=true test";

  /** How Python has the types of values: as a hint, and as the converter of PySpark. */
  private record PythonType(String hint, String argument, String converter) {}

  private static final Map<Definition.Type, PythonType> TYPES =
      Map.of(
          Definition.Type.INTEGER, new PythonType("int", "int", "toInt"),
          Definition.Type.LONG, new PythonType("int", "int", "toInt"),
          Definition.Type.DOUBLE, new PythonType("float", "float", "toFloat"),
          Definition.Type.BOOLEAN, new PythonType("bool", "bool", "toBoolean"),
          Definition.Type.STRING, new PythonType("str", "str", "toString"),
          Definition.Type.INTEGERS, new PythonType("list[int]", "Sequence[int]", "toListInt"));

  @Test
  void theModuleIsWhatTheDefinitionsSay() throws IOException {
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(MODULE, module());
    }
    assertThat(Files.readString(MODULE))
        .as("%s is out of date. Write it anew: %s", MODULE, COMMAND)
        .isEqualTo(module());
  }

  @Test
  void everyParamIsInTheModule() {
    for (List<Definition<?, ?>> definitions :
        List.of(Definitions.autoencoder(), Definitions.model(), Definitions.evaluator())) {
      for (Definition<?, ?> definition : definitions) {
        assertThat(module()).contains("    " + definition.name() + ": Param[");
      }
    }
  }

  private static String module() {
    List<Definition<?, ?>> shared = new ArrayList<>(Definitions.model());
    shared.retainAll(Definitions.autoencoder());
    StringBuilder module = new StringBuilder();
    module.append(
        """
        # Generated from the params in Java. Do not edit it; after a change of a param write it anew:
        # %s
        \"""Params of estimators, models and the evaluator.\"""

        from __future__ import annotations

        from collections.abc import Sequence
        from typing import TypeVar

        from pyspark import keyword_only
        from pyspark.ml.param import Param, Params, TypeConverters

        from ai.narrows._java import Constructed

        P = TypeVar("P", bound=Params)
        """
            .formatted(COMMAND));
    params(module, "ScoringParams", "Params that estimators and models share.", shared);
    params(
        module,
        "TrainingParams",
        "Params of estimators.",
        without(Definitions.autoencoder(), shared));
    params(module, "ThresholdParams", "Params of models.", without(Definitions.model(), shared));
    params(module, "EvaluatorParams", "Params of the evaluator.", Definitions.evaluator());
    constructor(
        module,
        "AutoencoderParams(TrainingParams, ScoringParams, Constructed)",
        "ai.narrows.ml.Autoencoder",
        Definitions.autoencoder());
    constructor(
        module,
        "VariationalAutoencoderParams(TrainingParams, ScoringParams, Constructed)",
        "ai.narrows.ml.VariationalAutoencoder",
        Definitions.variationalAutoencoder());
    constructor(
        module,
        "AnomalyEvaluatorParams(EvaluatorParams, Constructed)",
        "ai.narrows.ml.AnomalyEvaluator",
        Definitions.evaluator());
    return module.toString();
  }

  private static List<Definition<?, ?>> without(
      List<Definition<?, ?>> definitions, List<Definition<?, ?>> others) {
    return definitions.stream().filter(definition -> !others.contains(definition)).toList();
  }

  /** The params themselves, with getters and setters. */
  private static void params(
      StringBuilder module, String name, String doc, List<Definition<?, ?>> definitions) {
    module.append("\n\nclass %s(Params):\n    \"\"\"%s\"\"\"\n".formatted(name, doc));
    for (Definition<?, ?> definition : definitions) {
      PythonType type = TYPES.get(definition.type());
      String param = definition.name();
      String capital = param.substring(0, 1).toUpperCase(Locale.ROOT) + param.substring(1);
      module.append(
          """

              %1$s: Param[%2$s] = Param(
                  Params._dummy(),
                  "%1$s",
                  "%3$s",
                  typeConverter=TypeConverters.%4$s,
              )

              def get%5$s(self) -> %2$s:
                  \"""Value of :py:attr:`%1$s`.\"""
                  return self.getOrDefault(self.%1$s)

              def set%5$s(self: P, value: %6$s) -> P:
                  \"""Sets :py:attr:`%1$s`.\"""
                  return self._set(%1$s=value)
          """
              .formatted(
                  param,
                  type.hint(),
                  definition.doc().replace("\"", "\\\""),
                  type.converter(),
                  capital,
                  type.argument()));
    }
  }

  /** A constructor and {@code setParams} with every param as a keyword. */
  private static void constructor(
      StringBuilder module, String name, String javaClass, List<Definition<?, ?>> definitions) {
    String arguments =
        definitions.stream()
            .map(PythonParamsTest::argument)
            .collect(Collectors.joining("\n        ", "\n        *,\n        ", ""));
    String parameters =
        definitions.stream()
            .map(
                definition ->
                    "%s : %s%s\n            %s"
                        .formatted(
                            definition.name(),
                            TYPES.get(definition.type()).hint(),
                            definition
                                .defaultValue()
                                .map(value -> ", default " + python(value))
                                .orElse(", optional"),
                            sentence(definition)))
            .collect(Collectors.joining("\n        "));
    String defaults =
        definitions.stream()
            .filter(definition -> definition.defaultValue().isPresent())
            .map(
                definition ->
                    definition.name() + "=" + list(definition.defaultValue().orElseThrow()))
            .collect(Collectors.joining(",\n            ", "\n            ", ","));
    module.append(
        """


        class %s:
            \"""Every param of ``%s`` as a keyword.\"""

            @keyword_only
            def __init__(
                self,%s
            ) -> None:
                \"""
                Parameters
                ----------
                %s
                \"""
                super().__init__()
                self._construct("%s", self._input_kwargs)

            def _set_defaults(self) -> None:
                self._setDefault(%s
                )

            @keyword_only
            def setParams(
                self: P,%s
            ) -> P:
                \"""Sets every param that is given.\"""
                return self._set(**self._input_kwargs)  # type: ignore[attr-defined]
        """
            .formatted(name, javaClass, arguments, parameters, javaClass, defaults, arguments));
  }

  private static String argument(Definition<?, ?> definition) {
    String hint = TYPES.get(definition.type()).argument();
    return definition.defaultValue().isPresent()
        ? "%s: %s = %s,"
            .formatted(definition.name(), hint, python(definition.defaultValue().orElseThrow()))
        : "%s: %s | None = None,".formatted(definition.name(), hint);
  }

  private static String list(Object value) {
    return value instanceof int[] sizes ? Arrays.toString(sizes) : python(value);
  }

  private static String sentence(Definition<?, ?> definition) {
    String doc = definition.doc();
    return doc.substring(0, 1).toUpperCase(Locale.ROOT) + doc.substring(1) + ".";
  }

  private static String python(Object value) {
    if (value instanceof int[] sizes) {
      return Arrays.stream(sizes)
          .mapToObj(String::valueOf)
          .collect(Collectors.joining(", ", "(", sizes.length == 1 ? ",)" : ")"));
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    return value instanceof String text ? "\"" + text + "\"" : value.toString();
  }
}
