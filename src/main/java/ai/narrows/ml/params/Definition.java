package ai.narrows.ml.params;

import ai.narrows.compat.SparkSeam;
import ai.narrows.message.ParamException;
import ai.narrows.nn.kernels.Labelled;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Whatever there is to say of a param, in one place. Immutable: each of the methods that say
 * something gives another definition.
 *
 * @param <P> Spark's param
 * @param <V> its values
 */
public final class Definition<P extends Param<?>, V> {

  /** Types of values. */
  public enum Type {
    /** A whole number of 32 bits. */
    INTEGER("int"),
    /** A whole number of 64 bits. */
    LONG("long"),
    /** A number. */
    DOUBLE("double"),
    /** True or false. */
    BOOLEAN("boolean"),
    /** A text. */
    STRING("string"),
    /** Whole numbers. */
    INTEGERS("int[]");

    private final String label;

    Type(String label) {
      this.label = label;
    }

    /** How documentation calls it. */
    public String label() {
      return label;
    }
  }

  /** A constructor of Spark's. */
  private interface Making<P> {
    P make(Params owner, String name, String doc);
  }

  /** What all params of a type share. */
  private record Kind<P, V>(Type type, Class<V> values, Making<P> making) {}

  private static final Kind<IntParam, Integer> INTEGER =
      new Kind<>(Type.INTEGER, Integer.class, IntParam::new);
  private static final Kind<LongParam, Long> LONG =
      new Kind<>(Type.LONG, Long.class, LongParam::new);
  private static final Kind<DoubleParam, Double> DOUBLE =
      new Kind<>(Type.DOUBLE, Double.class, DoubleParam::new);
  private static final Kind<BooleanParam, Boolean> BOOLEAN =
      new Kind<>(Type.BOOLEAN, Boolean.class, BooleanParam::new);
  private static final Kind<Param<String>, String> STRING =
      new Kind<>(Type.STRING, String.class, SparkSeam::textParam);
  private static final Kind<IntArrayParam, int[]> INTEGERS =
      new Kind<>(Type.INTEGERS, int[].class, IntArrayParam::new);

  private final Kind<P, V> kind;
  private final String name;
  private final V defaultValue; // null for none
  private final Rule<V> rule;
  private final Group group;
  private final String text;
  private final String note;
  private final boolean expert;

  private Definition(
      Kind<P, V> kind,
      String name,
      V defaultValue,
      Rule<V> rule,
      Group group,
      String text,
      String note,
      boolean expert) {
    this.kind = kind;
    this.name = name;
    this.defaultValue = defaultValue;
    this.rule = rule;
    this.group = group;
    this.text = text;
    this.note = note;
    this.expert = expert;
  }

  private static <P extends Param<?>, V> Definition<P, V> of(
      Kind<P, V> kind, String name, Rule<V> rule, V defaultValue) {
    return new Definition<>(kind, name, defaultValue, rule, null, "", "", false);
  }

  /** A whole number in a range. */
  static Definition<IntParam, Integer> integer(String name, String range, Integer defaultValue) {
    return of(INTEGER, name, Rule.range(range), defaultValue);
  }

  /** A whole number. */
  static Definition<IntParam, Integer> integer(
      String name, Rule<Integer> rule, Integer defaultValue) {
    return of(INTEGER, name, rule, defaultValue);
  }

  /** A whole number of 64 bits, whatever it is. */
  static Definition<LongParam, Long> whole(String name, Long defaultValue) {
    return of(LONG, name, Rule.none(), defaultValue);
  }

  /** A number in a range. */
  static Definition<DoubleParam, Double> number(String name, String range, Double defaultValue) {
    return of(DOUBLE, name, Rule.range(range), defaultValue);
  }

  /** A number. */
  static Definition<DoubleParam, Double> number(
      String name, Rule<Double> rule, Double defaultValue) {
    return of(DOUBLE, name, rule, defaultValue);
  }

  /** True or false. */
  static Definition<BooleanParam, Boolean> flag(String name, Boolean defaultValue) {
    return of(BOOLEAN, name, Rule.none(), defaultValue);
  }

  /** A text, whatever it is. */
  static Definition<Param<String>, String> text(String name, String defaultValue) {
    return of(STRING, name, Rule.none(), defaultValue);
  }

  /** Whole numbers. */
  static Definition<IntArrayParam, int[]> integers(
      String name, Rule<int[]> rule, int[] defaultValue) {
    return of(INTEGERS, name, rule, defaultValue);
  }

  /**
   * A name out of a few.
   *
   * @param choices the names, each with what else the text tells of it: {@code sgd (plain)}
   */
  static Definition<Param<String>, String> choice(
      String name, String defaultValue, String... choices) {
    return of(STRING, name, Rule.oneOf(choices), defaultValue);
  }

  /** A name out of an enumeration's. */
  static <E extends Enum<E> & Labelled> Definition<Param<String>, String> choice(
      String name, String defaultValue, Class<E> kind) {
    return of(STRING, name, Rule.oneOf(kind), defaultValue);
  }

  /** The same with the subject that it belongs to, and what it is: a noun phrase with its unit. */
  Definition<P, V> in(Group newGroup, String newText) {
    return new Definition<>(kind, name, defaultValue, rule, newGroup, newText, note, expert);
  }

  /** The same with more to its text: special values, what else it depends on. */
  Definition<P, V> note(String newNote) {
    return new Definition<>(kind, name, defaultValue, rule, group, text, newNote, expert);
  }

  /** The same with another default. */
  Definition<P, V> defaultsTo(V value) {
    return new Definition<>(kind, name, value, rule, group, text, note, expert);
  }

  /** The same for those who know why they change it. */
  Definition<P, V> rarely() {
    return new Definition<>(kind, name, defaultValue, rule, group, text, note, true);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The type of its values. */
  public Type type() {
    return kind.type();
  }

  /** The subject that it belongs to. */
  public Group group() {
    return group;
  }

  /** Whether it is rarely changed, as Spark's expert params are. */
  public boolean expert() {
    return expert;
  }

  /**
   * What it is: a noun phrase with unit and range. The default is not in it; whoever shows the text
   * shows that beside it, as Spark does.
   */
  public String doc() {
    return text + rule.suffix() + (note.isEmpty() ? "" : "; " + note);
  }

  /** The range of a number, such as {@code >= 1} or {@code [0, 1)}; empty for any. */
  public String range() {
    return rule.choices().isEmpty() ? rule.notation() : "";
  }

  /** The values that it may have, where they are few; otherwise none. */
  public List<String> allowedValues() {
    return rule.choices();
  }

  /** What it is where nobody sets it. */
  public Optional<V> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  /**
   * Checks a value.
   *
   * @throws ParamException with the param, the rule and the value, if it breaks the rule
   */
  public void check(V value) {
    if (!rule.allows().test(value)) {
      throw new ParamException(
          name,
          "must be " + rule.words(),
          value instanceof int[] sizes ? NetworkParams.sizes(sizes) : value);
    }
  }

  /** Checks the value that somebody has. */
  void checkIn(ParamSet<?> params) {
    Param<Object> param = params.named(name);
    if (params.owner().isDefined(param)) {
      check(kind.values().cast(params.owner().getOrDefault(param)));
    }
  }

  /**
   * A value of its type.
   *
   * @throws ClassCastException if it is none
   */
  public V cast(Object value) {
    return kind.values().cast(value);
  }

  /** Spark's param of an owner. */
  P newParam(Params owner) {
    return kind.making().make(owner, name, doc());
  }

  @Override
  public String toString() {
    return name;
  }
}
