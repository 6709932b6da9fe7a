package ai.narrows.ml;

import ai.narrows.images.pixels.Region;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The column of regions. */
final class Regions {
  /** Its type. */
  static final DataType TYPE =
      DataTypes.createArrayType(
          new StructType()
              .add("x", DataTypes.IntegerType, false)
              .add("y", DataTypes.IntegerType, false)
              .add("width", DataTypes.IntegerType, false)
              .add("height", DataTypes.IntegerType, false)
              .add("area", DataTypes.IntegerType, false)
              .add("highestError", DataTypes.DoubleType, false)
              .add("outline", DataTypes.createArrayType(DataTypes.IntegerType, false), false),
          false);

  private Regions() {}

  /** Its value. */
  static Row[] toRows(List<Region> regions) {
    return regions.stream()
        .map(
            region ->
                RowFactory.create(
                    region.x(),
                    region.y(),
                    region.width(),
                    region.height(),
                    region.area(),
                    region.highest() / 255.0,
                    region.outline()))
        .toArray(Row[]::new);
  }
}
