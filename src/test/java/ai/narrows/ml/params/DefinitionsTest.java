package ai.narrows.ml.params;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.ImageRows;
import ai.narrows.message.ParamException;
import ai.narrows.ml.AnomalyEvaluator;
import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderModel;
import ai.narrows.ml.VariationalAutoencoder;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.lang3.ClassUtils;
import org.apache.commons.lang3.SerializationUtils;
import org.apache.commons.lang3.StringUtils;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is defined of each param is what its owners have, say and enforce. */
final class DefinitionsTest {
  private static final StructType IMAGES = new StructType().add("image", ImageRows.schema());
  private static final double NOT_A_NUMBER = Double.NaN;

  /** Values at the ends of each range: which are refused, and which are not. */
  private static final Map<String, List<List<Double>>> ENDS =
      Map.ofEntries(
          Map.entry(">= 0", List.of(List.of(-1.0), List.of(0.0))),
          Map.entry(">= 1", List.of(List.of(0.0, -3.0), List.of(1.0))),
          Map.entry("> 0", List.of(List.of(0.0, -1.0), List.of(0.1))),
          Map.entry("[0, 1)", List.of(List.of(-0.1, 1.0), List.of(0.0, 0.9))),
          Map.entry("[0, 1) or -1", List.of(List.of(-0.1, 1.0, -2.0), List.of(-1.0, 0.0, 0.9))),
          Map.entry("[0, 1]", List.of(List.of(-0.1, 1.1), List.of(0.0, 1.0))),
          Map.entry("(0, 1]", List.of(List.of(0.0, 1.1), List.of(1.0))),
          Map.entry("[1, 10000]", List.of(List.of(0.0, 10_001.0), List.of(1.0, 10_000.0))),
          Map.entry("odd, >= 1", List.of(List.of(0.0, 2.0, -3.0), List.of(1.0))),
          Map.entry("each >= 1", List.of(List.of(0.0), List.of(1.0))),
          Map.entry("", List.of(List.of(), List.of(-7.0, 7.0))));

  /** What every rule is in words. */
  private static final Map<String, String> WORDS =
      Map.of(
          ">= 0", "at least 0",
          ">= 1", "at least 1",
          "> 0", "positive",
          "[0, 1)", "at least 0 and below 1",
          "[0, 1) or -1", "at least 0 and below 1, or -1",
          "[0, 1]", "from 0 to 1",
          "(0, 1]", "above 0 and at most 1",
          "[1, 10000]", "from 1 to 10000",
          "odd, >= 1", "odd and positive");

  private static Map<Params, List<Definition<?, ?>>> owners() {
    return Map.of(
        new Autoencoder(), Definitions.autoencoder(),
        new VariationalAutoencoder(), Definitions.variationalAutoencoder(),
        new AnomalyEvaluator(), Definitions.evaluator());
  }

  static Stream<Definition<?, ?>> all() {
    return Stream.of(Definitions.autoencoder(), Definitions.model(), Definitions.evaluator())
        .flatMap(List::stream)
        .distinct();
  }

  @Test
  void whateverIsDefinedIsListed() throws IllegalAccessException {
    Set<Definition<?, ?>> defined = new HashSet<>();
    for (Class<?> owner :
        List.of(Autoencoder.class, AutoencoderModel.class, AnomalyEvaluator.class)) {
      for (Class<?> params : ClassUtils.getAllInterfaces(owner)) {
        for (var field : params.getDeclaredFields()) {
          if (field.getType() == Definition.class) {
            defined.add((Definition<?, ?>) field.get(null));
          }
        }
      }
    }
    assertThat(defined).hasSizeGreaterThan(75);
    assertThat(all()).containsExactlyInAnyOrderElementsOf(defined);
  }

  @Test
  void ownersHaveTheParamsOfTheirLists() {
    owners()
        .forEach(
            (owner, definitions) -> {
              assertThat(Arrays.stream(owner.params()).map(Param::name))
                  .containsExactlyInAnyOrderElementsOf(
                      definitions.stream().map(Definition::name).toList());
              for (Definition<?, ?> definition : definitions) {
                Param<Object> param = owner.getParam(definition.name());
                assertThat(param.doc()).isEqualTo(definition.doc());
                assertThat(owner.getDefault(param).get())
                    .isEqualTo(definition.defaultValue().orElseThrow());
              }
            });
    assertThat(new VariationalAutoencoder().getHidden()).containsExactly(400);
    assertThat(new VariationalAutoencoder().getLatentDim()).isEqualTo(20);
    assertThat(new VariationalAutoencoder().getLoss()).isEqualTo("bce");
    assertThat(new Autoencoder().getLoss()).isEqualTo("mse");
  }

  private static Class<?> ownerOf(Definition<?, ?> definition) {
    return Definitions.autoencoder().contains(definition)
        ? Autoencoder.class
        : Definitions.model().contains(definition)
            ? AutoencoderModel.class
            : AnomalyEvaluator.class;
  }

  @ParameterizedTest
  @MethodSource("all")
  void eachHasAccessorGetterAndSetter(Definition<?, ?> definition) throws Exception {
    Class<?> type = ownerOf(definition);
    String name = StringUtils.capitalize(definition.name());
    assertThat(Param.class).isAssignableFrom(type.getMethod(definition.name()).getReturnType());
    Method getter = type.getMethod("get" + name);
    if (type == AutoencoderModel.class) { // there is none without training
      return;
    }
    Params owner = (Params) type.getConstructor().newInstance();
    Method setter = type.getMethod("set" + name, getter.getReturnType());
    Object value = other(definition);
    assertThat(setter.invoke(owner, value)).isSameAs(owner);
    assertThat(getter.invoke(owner)).isEqualTo(value);
    assertThat(owner.isSet(owner.getParam(definition.name()))).isTrue();
  }

  /** A value that is not the default. */
  private static Object other(Definition<?, ?> definition) {
    if (!definition.allowedValues().isEmpty()) {
      String last = definition.allowedValues().get(definition.allowedValues().size() - 1);
      return definition.type() == Definition.Type.INTEGER ? Integer.valueOf(last) : last;
    }
    return switch (definition.type()) {
      case INTEGER -> 7;
      case LONG -> 7L;
      case DOUBLE -> 0.7;
      case BOOLEAN -> true;
      case STRING -> "another";
      case INTEGERS -> new int[] {7, 5};
    };
  }

  @ParameterizedTest
  @MethodSource("all")
  void textsAreNounPhrasesWithTheirRange(Definition<?, ?> definition) {
    String doc = definition.doc();
    assertThat(doc).matches("([a-z]|KL |SQL |Nesterov ).*[^.]").doesNotContain("  ");
    assertThat(List.of(doc.toLowerCase(Locale.ROOT).split("\\W+", -1)))
        .as("neither the default, which others show, nor riddles")
        .doesNotContain("told", "what", "asks", "nothing", "fall", "falls", "longest");
    assertThat(doc).doesNotContain("(default", "by chance", "goes on", "the like", "; default");
    for (String sentence : doc.split("[;:]", -1)) {
      assertThat(sentence.strip().split("\\s+", -1)).hasSizeLessThanOrEqualTo(25);
    }
    assertThat(doc).contains(definition.range());
    definition.allowedValues().forEach(value -> assertThat(doc).contains(value));
    if (Set.of(Definition.Type.INTEGER, Definition.Type.INTEGERS).contains(definition.type())) {
      assertThat(definition.range() + definition.allowedValues()).isNotEqualTo("[]");
    }
    definition.defaultValue().ifPresent(value -> checkAny(definition, value));
  }

  private static <V> void checkAny(Definition<?, V> definition, Object value) {
    definition.check(definition.cast(value));
  }

  /** As the style's table of words has them. */
  @Test
  void wordsAreTheFieldsOwn() {
    assertThat(Definitions.autoencoder().stream().map(Definition::doc))
        .contains(
            "peak learning rate for one worker (> 0)",
            "maximum gradient L2 norm (>= 0); 0 disables clipping",
            "KL (nats) per latent dimension that is not penalized, averaged over the minibatch (>= 0)",
            "outer learning rate applied to each averaged update (> 0); 1 assigns the average",
            "optimizer state after averaging: average or reset",
            "epochs between learning-rate drops of the step schedule (>= 1)",
            "normalization between convolution and activation: none or group",
            "quantile of patch scores used as the image score, in (0, 1]; 1 = maximum")
        .anyMatch(doc -> doc.startsWith("saved model to fine-tune"));
  }

  static Stream<Arguments> refused() {
    return all()
        .flatMap(
            definition -> {
              Stream<Object> values =
                  definition.allowedValues().isEmpty()
                      ? ends(definition, 0)
                      : Stream.of(
                          definition.type() == Definition.Type.INTEGER ? (Object) 2 : "no such");
              return values.map(value -> Arguments.of(definition, value));
            });
  }

  static Stream<Arguments> accepted() {
    return all()
        .filter(definition -> definition.allowedValues().isEmpty())
        .flatMap(definition -> ends(definition, 1).map(value -> Arguments.of(definition, value)));
  }

  /** Values of a type at the ends of its range, and numbers that are none. */
  private static Stream<Object> ends(Definition<?, ?> definition, int accepted) {
    List<List<Double>> ends = ENDS.get(definition.range());
    assertThat(ends).as(definition.range()).isNotNull();
    Stream<Double> values = ends.get(accepted).stream();
    return switch (definition.type()) {
      case INTEGER -> values.map(Double::intValue);
      case INTEGERS -> values.map(value -> new int[] {3, value.intValue()});
      case DOUBLE ->
          accepted == 1
              ? values.map(value -> (Object) value)
              : Stream.concat(
                  values,
                  definition.name().equals("threshold")
                      ? Stream.of(NOT_A_NUMBER)
                      : Stream.of(NOT_A_NUMBER, Double.POSITIVE_INFINITY));
      default -> Stream.empty();
    };
  }

  @ParameterizedTest
  @MethodSource("refused")
  void valuesThatBreakTheRuleAreRefused(Definition<?, ?> definition, Object value) {
    String words =
        definition.allowedValues().isEmpty()
            ? WORDS.getOrDefault(definition.range(), "")
            : "one of " + String.join(", ", definition.allowedValues());
    assertThatThrownBy(() -> checkAny(definition, value))
        .isInstanceOf(ParamException.class)
        .hasMessageStartingWith(definition.name() + " must be " + words)
        .hasMessageMatching("(?s).*, but is '?(no such|\\Q" + shown(value) + "\\E)'?");
    if (ownerOf(definition) == Autoencoder.class) {
      Autoencoder owner = new Autoencoder();
      owner.set(owner.getParam(definition.name()), value);
      assertThatThrownBy(() -> owner.transformSchema(IMAGES))
          .isInstanceOf(ParamException.class)
          .hasMessageStartingWith(definition.name() + " must be " + words);
    }
  }

  private static String shown(Object value) {
    return value instanceof int[] sizes ? Arrays.toString(sizes) : value.toString();
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void theEndsOfRangesMayBeUsed(Definition<?, ?> definition, Object value) {
    assertThatCode(() -> checkAny(definition, value)).doesNotThrowAnyException();
    if (ownerOf(definition) == Autoencoder.class && !definition.name().matches("input(Min|Max)")) {
      Autoencoder owner = new Autoencoder();
      Autoencoder varied = owner.copy(new ParamMap().put(owner.getParam(definition.name()), value));
      assertThatCode(() -> varied.transformSchema(IMAGES)).doesNotThrowAnyException();
    }
  }

  @Test
  void evaluatorsCheckTheirs() {
    AnomalyEvaluator evaluator = new AnomalyEvaluator().setMetricName("accuracy");
    assertThatThrownBy(() -> evaluator.paramSet().check())
        .hasMessage(
            "metricName must be one of auroc, averagePrecision, f1, reconstructionError, but is 'accuracy'");
  }

  @Test
  void listsAreInTheOrderOfTheSubjects() {
    for (List<Definition<?, ?>> list : List.of(Definitions.autoencoder(), Definitions.model())) {
      assertThat(list.stream().map(Definition::group)).isSorted();
    }
    assertThat(all().map(Definition::group).distinct()).containsExactlyInAnyOrder(Group.values());
  }

  /** Spark sends estimators and models about; what makes their params stays behind. */
  @Test
  void defaultsAndValuesSurviveSerialization() {
    VariationalAutoencoder sent = new VariationalAutoencoder().setEpochs(3);
    VariationalAutoencoder arrived = SerializationUtils.roundtrip(sent);
    assertThat(arrived.getHidden()).containsExactly(400);
    assertThat(arrived.getEpochs()).isEqualTo(3);
    assertThat(arrived.explainParams()).isEqualTo(sent.explainParams());
    assertThat(
            SerializationUtils.roundtrip(new AnomalyEvaluator().setMetricName("f1"))
                .getMetricName())
        .isEqualTo("f1");
  }
}
