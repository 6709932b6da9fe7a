package ai.narrows.images;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * The columns of a schema by their names, as Spark finds them: {@code spark.sql.caseSensitive} says
 * whether {@code ID} and {@code id} are one name. A name with dots is that of a column as it
 * stands, if there is such a column, and otherwise the path of a field in a struct. Nothing in a
 * name needs quoting.
 */
public final class ColumnNames {
  private final StructType schema;
  private final boolean caseSensitive;

  private ColumnNames(StructType schema, boolean caseSensitive) {
    this.schema = schema;
    this.caseSensitive = caseSensitive;
  }

  /** Of a schema, by the rule of the current session. */
  public static ColumnNames of(StructType schema) {
    return new ColumnNames(schema, caseSensitive());
  }

  /** Of rows, by the rule of their session. */
  public static ColumnNames of(Dataset<?> rows) {
    return new ColumnNames(
        rows.schema(), rows.sparkSession().sessionState().conf().caseSensitiveAnalysis());
  }

  /** Threads that Spark does not know have no active session, but there may be a default one. */
  private static boolean caseSensitive() {
    Option<? extends SparkSession> active = SparkSession.getActiveSession();
    Option<? extends SparkSession> session =
        active.isDefined() ? active : SparkSession.getDefaultSession();
    return session.isDefined()
        ? session.get().sessionState().conf().caseSensitiveAnalysis()
        : SQLConf.get().caseSensitiveAnalysis();
  }

  /** A column by its name, whatever characters that has, and never a field in a struct. */
  public static Column quoted(String name) {
    return functions.col(quote(name));
  }

  /** A name as Spark parses it, whatever characters it has. */
  public static String quote(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** Whether two names are one to Spark. */
  public boolean same(String name, String other) {
    return caseSensitive ? name.equals(other) : name.equalsIgnoreCase(other);
  }

  /**
   * Place of a column of the schema.
   *
   * @return -1 if there is none
   * @throws InputException if there are several of the name
   */
  public int index(String name) {
    String[] names = schema.fieldNames();
    int[] found = IntStream.range(0, names.length).filter(i -> same(names[i], name)).toArray();
    if (found.length > 1) {
      List<String> several = Arrays.stream(found).mapToObj(i -> names[i]).toList();
      throw new InputException(
          String.format(
              Locale.ROOT,
              "column '%s' is ambiguous: the input has the columns %s; rename or drop all but one%s",
              name,
              String.join(", ", several),
              several.stream().distinct().count() > 1
                  ? ", or set spark.sql.caseSensitive to true"
                  : ""));
    }
    return found.length == 0 ? -1 : found[0];
  }

  /**
   * The name of a column of the schema as the schema spells it.
   *
   * @throws InputException if there are several of the name
   */
  public Optional<String> find(String name) {
    return field(name).map(StructField::name);
  }

  private Optional<StructField> field(String name) {
    int index = index(name);
    return index < 0 ? Optional.empty() : Optional.of(schema.fields()[index]);
  }

  /** Whether the schema has a column of this name. */
  public boolean has(String name) {
    return index(name) >= 0;
  }

  /**
   * What a name leads to: a column, or a field in a struct.
   *
   * @throws InputException if there are several of the name
   */
  public Optional<FieldPath> path(String name) {
    int whole = index(name);
    if (whole >= 0) {
      return Optional.of(FieldPath.of(schema.fields()[whole], whole));
    }
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      int first = index(name.substring(0, dot));
      if (first >= 0 && schema.fields()[first].dataType() instanceof StructType struct) {
        Optional<FieldPath> inner =
            new ColumnNames(struct, caseSensitive).path(name.substring(dot + 1));
        if (inner.isPresent()) {
          return Optional.of(inner.get().within(schema.fields()[first], first));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * A column, or a field in a struct.
   *
   * @throws InputException if there is none, or there are several of the name
   */
  public Column column(String name) {
    return path(name).orElseThrow(() -> missing(name)).column();
  }

  /** What is wrong where a name leads nowhere. */
  InputException missing(String name) {
    return new InputException("there is no column '" + name + "'; the columns are " + this);
  }

  /** A name that no column has: this one, or if it is taken, the same with underscores behind. */
  public String unused(String name) {
    String free = name;
    while (has(free)) {
      free += "_";
    }
    return free;
  }

  /** The names, for messages. */
  @Override
  public String toString() {
    return String.join(", ", schema.fieldNames());
  }
}
