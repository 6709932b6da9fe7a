package ai.narrows.ml;

import ai.narrows.images.ColumnNames;
import ai.narrows.images.FieldPath;
import ai.narrows.images.HandleInvalid;
import ai.narrows.images.ImageRows;
import ai.narrows.images.InputException;
import ai.narrows.images.RowIds;
import ai.narrows.message.Message;
import ai.narrows.ml.params.ScoringParams;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The output columns that are switched on, and rows named in errors. */
final class Columns {
  private Columns() {}

  /** The input's columns and the outputs that have a name. */
  static StructType outputSchema(ScoringParams<?> params, StructType schema) {
    HandleInvalid invalid = params.invalidImages();
    StructType output = schema;
    output = append(output, params, params.reconstructionErrorCol(), DataTypes.DoubleType, invalid);
    output = append(output, params, params.anomalyScoreCol(), DataTypes.DoubleType, invalid);
    output = append(output, params, params.predictionCol(), DataTypes.DoubleType, invalid);
    output = append(output, params, params.latentCol(), SQLDataTypes.VectorType(), invalid);
    output = append(output, params, params.latentVarianceCol(), SQLDataTypes.VectorType(), invalid);
    output = append(output, params, params.reconstructionCol(), ImageRows.schema(), invalid);
    output = append(output, params, params.errorMapCol(), ImageRows.schema(), invalid);
    output = append(output, params, params.regionsCol(), Regions.TYPE, invalid);
    return append(output, params, params.maskCol(), ImageRows.schema(), invalid);
  }

  /**
   * An output column more, which may be null only where invalid rows are kept.
   *
   * @param param has its name, which is empty where it is not wanted
   */
  static StructType append(
      StructType schema,
      ScoringParams<?> params,
      Param<String> param,
      DataType type,
      HandleInvalid invalid) {
    String column = params.getOrDefault(param);
    if (column.isEmpty()) {
      return schema;
    }
    Optional<String> taken = ColumnNames.of(schema).find(column);
    if (taken.isPresent()) {
      throw new InputException(
          Message.of(
              "the output column '%s' is in the input already%s: set %s to another name, or rename or drop the input's column",
              column,
              taken.get().equals(column) ? "" : ", as '" + taken.get() + "'",
              Message.param(param.name())));
    }
    return schema.add(column, type, invalid == HandleInvalid.KEEP);
  }

  /**
   * Rows whose columns have the metadata of a schema.
   *
   * @param schema of the same columns
   */
  static Dataset<Row> described(Dataset<Row> rows, StructType schema) {
    if (rows.schema().equals(schema)) {
      return rows;
    }
    StructField[] encoded = rows.schema().fields();
    StructField[] fields = schema.fields();
    String[] places = new String[fields.length]; // several columns may have one name
    Column[] columns = new Column[fields.length];
    for (int i = 0; i < fields.length; i++) {
      places[i] = Integer.toString(i);
      Column column = ColumnNames.quoted(places[i]);
      DataType type = fields[i].dataType();
      boolean inner = // metadata of a struct's fields; a cast of values that stay as they are
          !type.equals(encoded[i].dataType()) && Cast.canCast(encoded[i].dataType(), type);
      columns[i] = (inner ? column.cast(type) : column).as(fields[i].name(), fields[i].metadata());
    }
    return rows.toDF(places).select(columns);
  }

  /** Reads something off a row; errors are told with the row's id. */
  static <T> T named(Row row, String idCol, Function<Row, T> read) {
    try {
      return read.apply(row);
    } catch (InputException e) {
      Optional<FieldPath> id =
          row.schema() == null ? Optional.empty() : FieldPath.find(row.schema(), idCol);
      throw named("image", id.map(path -> path.of(row)).orElse(null), e);
    }
  }

  /**
   * The error with the row's name before it: {@code image 'ID' has ...}.
   *
   * @param id the row's, null if it has none
   */
  static InputException named(String what, Object id, InputException e) {
    String name = id == null ? "a row's " + what : what + " '" + RowIds.text(id) + "'";
    return new InputException(Message.of("%s %s", name, e.told()), e);
  }
}
