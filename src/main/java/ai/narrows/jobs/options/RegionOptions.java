package ai.narrows.jobs.options;

import ai.narrows.distributed.Described;
import ai.narrows.images.ColumnNames;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.RowIds;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.output.CocoFile;
import ai.narrows.jobs.output.Output;
import ai.narrows.jobs.output.Sources;
import ai.narrows.jobs.output.TableFiles;
import ai.narrows.jobs.output.TableOutput;
import ai.narrows.jobs.output.Written;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.report.PngFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import picocli.CommandLine.Option;

/**
 * The regions of images whose errors lie above the pixel threshold: as a table, as masks, and as a
 * COCO file. The images are read once more for them.
 */
public final class RegionOptions {
  private static final String REGIONS = "regions";
  private static final String MASK = "mask";

  @Option(
      names = "--regions",
      order = 45,
      paramLabel = "DIR",
      description =
          "Also write a table of the regions whose pixels have errors above the pixel threshold: id, x, y, width,"
              + " height, area (in pixels of the image before preprocessing) and highestError, in the format of"
              + " --output-format. The images are read a second time for it, as for --masks and --coco.")
  String regions;

  @Option(
      names = "--masks",
      order = 46,
      paramLabel = "DIR",
      description =
          "Also write a mask of each image's regions into this directory, a PNG file of the image's own size, 255 inside"
              + " and 0 elsewhere; index.csv tells whose they are.")
  String masks;

  @Option(
      names = "--coco",
      order = 47,
      paramLabel = "FILE",
      description =
          "Also write the regions as a COCO file for labeling tools: JSON with bounding boxes, areas and polygons.")
  String coco;

  /** Whether any of these is written. */
  public boolean wanted() {
    return regions != null || masks != null || coco != null;
  }

  /** Checks what needs no Spark. */
  public void check(TableOptions table) {
    if (regions != null) {
      table.checkFiles("--regions");
    }
  }

  /** Refuses what does not go with a stream. */
  void checkStream() {
    if (wanted()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s does not go with --stream: the columns that --regions-col and --mask-col name do",
              regions != null ? "--regions" : masks != null ? "--masks" : "--coco"));
    }
  }

  /**
   * Where they go, beside the scores.
   *
   * @param scores the job's other output
   * @param table in what format
   * @param sources what is read meanwhile and must not be replaced
   */
  public Outputs open(
      OutputOptions options,
      TableOutput scores,
      TableOptions table,
      Sources sources,
      Progress progress)
      throws IOException {
    Outputs outputs = new Outputs();
    try {
      if (regions != null) {
        Output out =
            options.beside(scores, "--regions", regions, Written.DIRECTORY, sources, progress);
        outputs.open.add(out);
        outputs.table = table.files(out);
      }
      if (masks != null) {
        outputs.masks =
            options.beside(scores, "--masks", masks, Written.DIRECTORY, sources, progress);
        outputs.open.add(outputs.masks);
      }
      if (coco != null) {
        outputs.coco = options.beside(scores, "--coco", coco, Written.COCO, sources, progress);
        outputs.open.add(outputs.coco);
      }
      return outputs;
    } catch (IOException | RuntimeException e) {
      outputs.close();
      throw e;
    }
  }

  /** Where regions are written; null where they are not. */
  public final class Outputs implements AutoCloseable {
    private final List<Output> open = new ArrayList<>();
    private TableFiles table;
    private Output masks;
    private Output coco;

    private Outputs() {}

    /**
     * Finds and writes them.
     *
     * @param images those that were scored
     * @param model that has scored them
     * @return what was done, in words
     */
    public String write(Dataset<Row> images, FittedAutoencoder<?> model) throws IOException {
      return Described.get(
          images.sparkSession().sparkContext(),
          "outlining regions",
          () -> writeFound(found(images, model), model.getPixelThreshold()));
    }

    private String writeFound(Dataset<Row> regions, double threshold) throws IOException {
      Dataset<Row> found = regions.persist(StorageLevel.MEMORY_AND_DISK());
      try {
        Row counts =
            found
                .agg(
                    functions.count("*"),
                    functions.count_if(functions.size(functions.col(REGIONS)).gt(0)),
                    functions.coalesce(
                        functions.sum(functions.size(functions.col(REGIONS))), functions.lit(0L)))
                .first();
        if (table != null) {
          table.write(
              found
                  .select(
                      functions.col(CocoFile.ID),
                      functions.explode(functions.col(REGIONS)).as("region"))
                  .select(
                      CocoFile.ID,
                      "region.x",
                      "region.y",
                      "region.width",
                      "region.height",
                      "region.area",
                      "region.highestError"));
        }
        if (masks != null) {
          writeMasks(found.toLocalIterator());
          masks.commit();
        }
        if (coco != null) {
          try (OutputStream out = coco.create()) {
            CocoFile.write(out, found::toLocalIterator);
          }
          coco.commit();
        }
        return String.format(
            Locale.ROOT,
            "Outlined %,d regions in %,d of %,d images, errors above %.6g: %s",
            counts.getLong(2),
            counts.getLong(1),
            counts.getLong(0),
            threshold,
            String.join(", ", names()));
      } finally {
        found.unpersist(false);
      }
    }

    private List<String> names() {
      List<String> names = new ArrayList<>();
      for (String name : new String[] {RegionOptions.this.regions, RegionOptions.this.masks}) {
        if (name != null) {
          names.add(name);
        }
      }
      if (RegionOptions.this.coco != null) {
        names.add(RegionOptions.this.coco);
      }
      return names;
    }

    private Dataset<Row> found(Dataset<Row> images, FittedAutoencoder<?> model) {
      FittedAutoencoder<?> outliner = (FittedAutoencoder<?>) model.copy(new ParamMap());
      outliner.setReconstructionErrorCol("");
      outliner.setAnomalyScoreCol("");
      outliner.setPredictionCol("");
      outliner.setLatentCol("");
      outliner.setLatentVarianceCol("");
      outliner.setReconstructionCol("");
      outliner.setErrorMapCol("");
      outliner.setRegionsCol(REGIONS);
      outliner.setMaskCol(MASK);
      outliner.setIdCol(CocoFile.ID);
      outliner.setImageCol(InputOptions.IMAGE);
      Dataset<Row> named =
          images.select(
              RowIds.text(images, InputOptions.ID).as(CocoFile.ID),
              ColumnNames.of(images).column(model.getImageCol()).as(InputOptions.IMAGE));
      Dataset<Row> outlined = outliner.transform(named).where(functions.col(MASK).isNotNull());
      StructType schema =
          new StructType()
              .add(CocoFile.ID, DataTypes.StringType)
              .add(CocoFile.HEIGHT, DataTypes.IntegerType)
              .add(CocoFile.WIDTH, DataTypes.IntegerType)
              .add(REGIONS, outlined.schema().apply(REGIONS).dataType())
              .add(MASK, DataTypes.BinaryType);
      return outlined
          .select(CocoFile.ID, REGIONS, MASK)
          .map(new Encoding(masks != null), Encoders.row(schema));
    }

    private void writeMasks(Iterator<Row> rows) throws IOException {
      StringBuilder index = new StringBuilder(Written.MASKS_INDEX + "\n");
      for (int number = 1; rows.hasNext(); number++) {
        Row row = rows.next();
        String file = String.format(Locale.ROOT, "%04d.png", number);
        masks.write(file, row.getAs(MASK));
        index.append(
            String.format(
                Locale.ROOT,
                "%s,%s,%d%n",
                file,
                ErrorMapOptions.quoted(row.getString(0)),
                row.getList(row.fieldIndex(REGIONS)).size()));
      }
      masks.write("index.csv", index.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
      for (Output output : open) {
        output.close();
      }
    }
  }

  /** A row's id, its image's size, its regions, and its mask as a PNG file where that is wanted. */
  private record Encoding(boolean masks) implements MapFunction<Row, Row> {
    @Override
    public Row call(Row row) throws IOException {
      Row mask = row.getStruct(2);
      ImageShape shape = new ImageShape(mask.getInt(1), mask.getInt(2), 1);
      byte[] data = mask.getAs(ImageRows.FIELDS - 1);
      return RowFactory.create(
          row.get(0),
          shape.height(),
          shape.width(),
          row.get(1),
          masks ? PngFiles.encode(ImageRows.toBufferedImage(shape, data, 0)) : null);
    }
  }
}
