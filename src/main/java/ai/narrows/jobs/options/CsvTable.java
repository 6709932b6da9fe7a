package ai.narrows.jobs.options;

import ai.narrows.images.ColumnNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A table in CSV, which has no types: they are inferred, but not where a text would be lost by it.
 * Ids are always text, and so is every column whose numbers are written otherwise than Spark writes
 * them, as {@code 00} and {@code 01} are.
 */
final class CsvTable {
  private CsvTable() {}

  /**
   * What a file or folder holds; it is read for it.
   *
   * @param load reads it as a reader is set
   */
  static Dataset<Row> read(SparkSession spark, Function<DataFrameReader, Dataset<Row>> load) {
    StructType inferred = load.apply(reader(spark).option("inferSchema", true)).schema();
    StructType types = new StructType();
    Set<String> lossy = lossy(load.apply(reader(spark)), inferred);
    for (StructField field : inferred.fields()) {
      types =
          types.add(
              field.name(), lossy.contains(field.name()) ? DataTypes.StringType : field.dataType());
    }
    return load.apply(reader(spark).schema(types));
  }

  private static DataFrameReader reader(SparkSession spark) {
    return spark.read().format("csv").option("header", true);
  }

  /** The columns that must stay text. */
  private static Set<String> lossy(Dataset<Row> texts, StructType inferred) {
    Set<String> found = new HashSet<>();
    List<Column> questions = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    for (StructField field : inferred.fields()) {
      String name = field.name();
      if (name.equalsIgnoreCase(InputOptions.ID)) {
        found.add(name);
      } else if (mayLose(name, field.dataType())) {
        Column text = ColumnNames.quoted(name);
        Column again =
            functions
                .expr("try_cast(" + ColumnNames.quote(name) + " AS " + field.dataType().sql() + ")")
                .cast("string");
        questions.add(
            functions.count_if(text.isNotNull().and(functions.not(again.eqNullSafe(text)))));
        asked.add(name);
      }
    }
    if (!questions.isEmpty()) {
      Row counts = texts.agg(questions.get(0), rest(questions)).first();
      for (int i = 0; i < asked.size(); i++) {
        if (counts.getLong(i) > 0) {
          found.add(asked.get(i));
        }
      }
    }
    return found;
  }

  /** Whole numbers anywhere; whatever was inferred in a column of labels. */
  private static boolean mayLose(String name, DataType type) {
    boolean whole =
        type instanceof IntegralType || type instanceof DecimalType || type instanceof BooleanType;
    boolean label = name.toLowerCase(Locale.ROOT).startsWith(InputOptions.LABEL);
    return whole || (label && !type.equals(DataTypes.StringType));
  }

  private static Column[] rest(List<Column> columns) {
    return columns.subList(1, columns.size()).toArray(Column[]::new);
  }
}
