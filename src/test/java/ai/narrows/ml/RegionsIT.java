package ai.narrows.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.pixels.RegionFinder;
import ai.narrows.images.pixels.RegionRule;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pixel threshold, and the columns of regions and masks. */
final class RegionsIT extends SparkFixture {
  private static final ImageShape SHAPE = new ImageShape(12, 10, 1);
  private static final int ROWS = 30;

  @TempDir static Path dir;
  private Dataset<Row> images;
  private AutoencoderModel model;

  @BeforeAll
  void train() {
    images = Pictures.bars(spark, ROWS, SHAPE, 0).cache();
    model = estimator().fit(images);
  }

  private static Autoencoder estimator() {
    return new Autoencoder()
        .setHidden(8)
        .setLatentDim(2)
        .setEpochs(2)
        .setNumWorkers(2)
        .setPixelContamination(0.05)
        .setLatentCol("")
        .setValidationFraction(0);
  }

  private AutoencoderModel outliner() {
    return copy().setErrorMapCol("errorMap").setRegionsCol("regions").setMaskCol("mask");
  }

  private AutoencoderModel copy() {
    return model.copy(new ParamMap());
  }

  private static byte[] data(Row image) {
    return image.getAs(ImageRows.FIELDS - 1);
  }

  /** How many of the images' pixels have an error above a threshold, by their error maps. */
  private long above(AutoencoderModel scorer, double threshold) {
    long above = 0;
    for (Row row : scorer.transform(images).select("errorMap").collectAsList()) {
      for (byte level : data(row.getStruct(0))) {
        above += (level & 0xff) / 255.0 > threshold ? 1 : 0;
      }
    }
    return above;
  }

  @Test
  void theThresholdLeavesTheShareOfTrainingPixelsAboveIt() {
    long most = (long) Math.floor(0.05 * ROWS * SHAPE.size());
    double threshold = model.getPixelThreshold();
    AutoencoderModel scorer = copy().setErrorMapCol("errorMap");
    assertThat(above(scorer, threshold)).isPositive().isLessThanOrEqualTo(most);
    assertThat(above(scorer, threshold - 1 / 255.0)).isGreaterThan(most);
    assertThat(threshold * 255 % 1).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void theThresholdIsTheSameHoweverTheRowsAreDealtOut() {
    assertThat(estimator().fit(images.repartition(5)).getPixelThreshold())
        .isEqualTo(model.getPixelThreshold());
  }

  @Test
  void smoothedErrorsGiveSmoothedMaps() {
    AutoencoderModel smooth = estimator().setErrorSmoothing(3).fit(images);
    assertThat(smooth.parameters()).containsExactly(model.parameters());
    AutoencoderModel both = smooth.copy(new ParamMap()).setReconstructionCol("reconstruction");
    for (Row row :
        both.setErrorMapCol("errorMap")
            .transform(images)
            .select("image", "reconstruction", "errorMap")
            .limit(3)
            .collectAsList()) {
      byte[] map = data(row.getStruct(2));
      for (int i = 0; i < map.length; i++) {
        double sum = 0;
        int count = 0;
        for (int y = i / 10 - 1; y <= i / 10 + 1; y++) {
          for (int x = i % 10 - 1; x <= i % 10 + 1; x++) {
            if (x >= 0 && y >= 0 && x < 10 && y < 12) {
              int at = y * 10 + x;
              sum += (data(row.getStruct(1))[at] & 0xff) - (data(row.getStruct(0))[at] & 0xff);
              count++;
            }
          }
        }
        // The reconstruction is rounded to a byte in this sum, but not in the map's.
        assertThat((double) (map[i] & 0xff)).isCloseTo(Math.abs(sum / count), within(1.01));
      }
    }
    assertThat(smooth.getPixelThreshold()).isLessThan(model.getPixelThreshold());
  }

  private static void assertFound(Row row, ImageShape own, double threshold, int minArea) {
    RegionFinder finder = new RegionFinder(new RegionRule(threshold, minArea));
    finder.of(row.getAs("errorMap"), own);
    Row mask = row.getAs("mask");
    assertThat(mask.getInt(1)).isEqualTo(own.height());
    assertThat(mask.getInt(2)).isEqualTo(own.width());
    assertThat(mask.getInt(3)).isEqualTo(1);
    assertThat(data(mask)).isEqualTo(finder.mask());
    List<Row> regions = row.getList(row.fieldIndex("regions"));
    assertThat(regions).hasSameSizeAs(finder.regions());
    for (int i = 0; i < regions.size(); i++) {
      Row region = regions.get(i);
      var expected = finder.regions().get(i);
      assertThat(region.<Integer>getAs("x")).isEqualTo(expected.x());
      assertThat(region.<Integer>getAs("y")).isEqualTo(expected.y());
      assertThat(region.<Integer>getAs("width")).isEqualTo(expected.width());
      assertThat(region.<Integer>getAs("height")).isEqualTo(expected.height());
      assertThat(region.<Integer>getAs("area")).isEqualTo(expected.area());
      assertThat(region.<Double>getAs("highestError")).isEqualTo(expected.highest() / 255.0);
      assertThat(
              region.<Integer>getList(region.fieldIndex("outline")).stream()
                  .mapToInt(Integer::intValue)
                  .toArray())
          .isEqualTo(expected.outline());
    }
  }

  @Test
  void regionsAndMasksAreThoseOfTheErrorMap() {
    List<Row> rows = outliner().transform(images).collectAsList();
    rows.forEach(row -> assertFound(row, SHAPE, model.getPixelThreshold(), 1));
    assertThat(rows).anyMatch(row -> !row.getList(row.fieldIndex("regions")).isEmpty());
    for (Row row :
        outliner()
            .setPixelThreshold(0.02)
            .setMinRegionArea(4)
            .transform(images)
            .limit(5)
            .collectAsList()) {
      assertFound(row, SHAPE, 0.02, 4);
    }
    assertThat(
            copy()
                .setRegionsCol("r")
                .transform(images)
                .selectExpr("sum(aggregate(r, 0, (a, x) -> a + x.area))")
                .first()
                .getLong(0))
        .isEqualTo(above(copy().setErrorMapCol("errorMap"), model.getPixelThreshold()));
  }

  @Test
  void placesAreThoseBeforeTheImageWasResized() {
    ImageShape large = new ImageShape(36, 25, 3);
    Dataset<Row> photographs = Pictures.bars(spark, 6, large, 0);
    AutoencoderModel resizing =
        estimator().setHeight(12).setWidth(10).setChannels(1).fit(photographs);
    resizing.setErrorMapCol("errorMap").setRegionsCol("regions").setMaskCol("mask");
    List<Row> rows = resizing.transform(photographs).collectAsList();
    rows.forEach(row -> assertFound(row, large, resizing.getPixelThreshold(), 1));
    assertThat(rows).anyMatch(row -> !row.getList(row.fieldIndex("regions")).isEmpty());
  }

  @Test
  void patchesAreOutlinedTogether() {
    AutoencoderModel patches = estimator().setPatchSize(6).fit(images);
    patches.setErrorMapCol("errorMap").setRegionsCol("regions").setMaskCol("mask");
    assertThat(patches.getPixelThreshold()).isBetween(0.0, 1.0);
    for (Row row : patches.setPixelThreshold(0.05).transform(images).limit(5).collectAsList()) {
      assertFound(row, SHAPE, 0.05, 1);
    }
  }

  @Test
  void anImageThatCannotBeReadHasNoRegions() {
    Dataset<Row> rows = images.limit(1).withColumn("image", lit(null).cast(ImageRows.schema()));
    Row row = outliner().setHandleInvalid("keep").transform(rows).first();
    assertThat(row.isNullAt(row.fieldIndex("regions"))).isTrue();
    assertThat(row.isNullAt(row.fieldIndex("mask"))).isTrue();
  }

  @Test
  void theThresholdIsSavedWithTheModel() throws Exception {
    String path = dir.resolve("model").toString();
    model.save(path);
    AutoencoderModel loaded = AutoencoderModel.load(path);
    assertThat(loaded.getPixelThreshold()).isEqualTo(model.getPixelThreshold());
    loaded.setRegionsCol("regions").setMinRegionArea(7).save(path + "-2");
    assertThat(AutoencoderModel.load(path + "-2").getMinRegionArea()).isEqualTo(7);
  }

  @Test
  void aModelOfAnEarlierVersionNeedsAThreshold() throws Exception {
    AutoencoderModel kept =
        AutoencoderModel.load(SavedModel.copyOf("autoencoder", dir.resolve("kept")).path());
    assertThat(kept.isDefined(kept.pixelThreshold())).isFalse();
    kept.setMaskCol("mask");
    assertThatThrownBy(() -> kept.transformSchema(images.schema()))
        .hasMessage(
            "regions need a pixel threshold, which this model has none of: set pixelThreshold, or train the model again");
    assertThat(kept.setPixelThreshold(0.5).transformSchema(images.schema()).fieldNames())
        .endsWith("mask");
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> copy().setPixelThreshold(1.5).transform(images))
        .hasMessage("pixelThreshold must be from 0 to 1, but is 1.5");
    assertThatThrownBy(() -> copy().setMinRegionArea(0).transform(images))
        .hasMessage("minRegionArea must be at least 1, but is 0");
    assertThatThrownBy(() -> estimator().setPixelContamination(1).fit(images))
        .hasMessage("pixelContamination must be at least 0 and below 1, but is 1.0");
    assertThatThrownBy(
            () -> outliner().transform(images.withColumn("mask", col("label"))).collectAsList())
        .hasMessageContaining("the output column 'mask' is in the input already");
  }
}
