package ai.narrows.ml.params;

import ai.narrows.nn.kernels.Labelled;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Which values a param may have.
 *
 * @param allows whether a value is one of them
 * @param words what a value must be, for errors: {@code at least 1}
 * @param notation the same for tables: {@code >= 1}; empty if any value will do
 * @param suffix the same as it goes on from the param's text; empty if the text says it
 * @param choices the values, where they are few; otherwise none
 */
record Rule<V>(
    Predicate<V> allows, String words, String notation, String suffix, List<String> choices) {

  Rule {
    choices = List.copyOf(choices);
  }

  /** Any value. */
  static <V> Rule<V> none() {
    return new Rule<>(value -> true, "", "", "", List.of());
  }

  /** Numbers of a range, in its notation. */
  static <N extends Number> Rule<N> range(String notation) {
    Range range = Range.of(notation);
    return new Rule<>(
        value -> range.contains(value.doubleValue()),
        range.words(),
        notation,
        range.suffix(),
        List.of());
  }

  /** The numbers that another allows, and one more. */
  static <N extends Number> Rule<N> or(Rule<N> rule, N more) {
    return new Rule<>(
        value -> value.equals(more) || rule.allows.test(value),
        rule.words + ", or " + shown(more),
        rule.notation + " or " + shown(more),
        rule.suffix + " or " + shown(more),
        List.of());
  }

  /** Some numbers. */
  static Rule<Integer> numbers(Integer... numbers) {
    List<String> names = Arrays.stream(numbers).map(String::valueOf).toList();
    return new Rule<>(
        Arrays.asList(numbers)::contains,
        "one of " + String.join(", ", names),
        String.join(", ", names),
        "",
        names);
  }

  /** Whole numbers of at least 1 that have a middle. */
  static Rule<Integer> odd() {
    return new Rule<>(
        value -> value > 0 && value % 2 == 1,
        "odd and positive",
        "odd, >= 1",
        " (odd, >= 1)",
        List.of());
  }

  /** Numbers that are finite. */
  static Rule<Double> finite() {
    return new Rule<>(Double::isFinite, "a finite number", "", "", List.of());
  }

  /** Numbers, infinity included. */
  static Rule<Double> number() {
    return new Rule<>(value -> !value.isNaN(), "a number", "", "", List.of());
  }

  /** Sizes, each at least 1. */
  static Rule<int[]> sizes(int least) {
    return new Rule<>(
        values -> values.length >= least && Arrays.stream(values).allMatch(value -> value >= 1),
        (least > 0 ? "one or more sizes" : "sizes") + " of at least 1",
        "each >= 1",
        " (each >= 1)",
        List.of());
  }

  /**
   * Names, as they are written.
   *
   * @param choices the names, each with what else a text tells of it: {@code sgd (plain)}
   */
  static Rule<String> oneOf(String... choices) {
    List<String> names = Arrays.stream(choices).map(choice -> choice.split(" ", 2)[0]).toList();
    return choice(names::contains, names, List.of(choices));
  }

  /** The names of an enumeration, in any case. */
  static <E extends Enum<E> & Labelled> Rule<String> oneOf(Class<E> kind) {
    List<String> names = Arrays.stream(kind.getEnumConstants()).map(Labelled::label).toList();
    return choice(value -> names.stream().anyMatch(value::equalsIgnoreCase), names, names);
  }

  private static Rule<String> choice(
      Predicate<String> allows, List<String> names, List<String> listed) {
    String all = String.join(", ", names);
    return new Rule<>(allows, "one of " + all, all, ": " + inWords(listed), names);
  }

  /** For example {@code adam, momentum or sgd}. */
  private static String inWords(List<String> names) {
    int last = names.size() - 1;
    return String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }

  private static String shown(Number number) {
    return String.format(Locale.ROOT, "%.0f", number.doubleValue());
  }
}
