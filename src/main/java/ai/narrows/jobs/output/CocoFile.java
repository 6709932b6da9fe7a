package ai.narrows.jobs.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.Row;

/**
 * Regions in the JSON format of the data set COCO, object detection: images, annotations with
 * bounding box, area and polygon, and one category, {@code defect}. Written as rows come: neither
 * the file nor all rows are in memory.
 */
public final class CocoFile {
  /** Column with the id of an image. */
  public static final String ID = "id";

  /** Column with its height in pixels. */
  public static final String HEIGHT = "height";

  /** Column with its width in pixels. */
  public static final String WIDTH = "width";

  private static final String REGIONS = "regions";
  private static final int CATEGORY = 1;

  private CocoFile() {}

  /**
   * Writes a file.
   *
   * @param rows gives the rows with {@link #ID}, {@link #HEIGHT}, {@link #WIDTH} and regions, twice
   *     in the same order
   */
  public static void write(OutputStream out, Supplier<Iterator<Row>> rows) throws IOException {
    out.write(Written.COCO_HEAD.getBytes(StandardCharsets.UTF_8));
    out.write(
        ",\n\"categories\":[{\"id\":1,\"name\":\"defect\"}]".getBytes(StandardCharsets.UTF_8));
    JsonFactory factory = new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    writeList(out, factory, "images", json -> writeImages(json, rows.get()));
    writeList(out, factory, "annotations", json -> writeAnnotations(json, rows.get()));
    out.write("}\n".getBytes(StandardCharsets.UTF_8));
  }

  private interface Writing {
    void to(JsonGenerator json) throws IOException;
  }

  private static void writeList(
      OutputStream out, JsonFactory factory, String name, Writing elements) throws IOException {
    out.write((",\n\"" + name + "\":").getBytes(StandardCharsets.UTF_8));
    try (JsonGenerator json = factory.createGenerator(out)) {
      json.writeStartArray();
      elements.to(json);
      json.writeEndArray();
    }
  }

  private static void writeImages(JsonGenerator json, Iterator<Row> rows) throws IOException {
    for (int number = 1; rows.hasNext(); number++) {
      Row row = rows.next();
      json.writeStartObject();
      json.writeNumberField("id", number);
      json.writeStringField("file_name", row.getAs(ID));
      json.writeNumberField("width", row.<Integer>getAs(WIDTH));
      json.writeNumberField("height", row.<Integer>getAs(HEIGHT));
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void writeAnnotations(JsonGenerator json, Iterator<Row> rows) throws IOException {
    long annotation = 0;
    for (int number = 1; rows.hasNext(); number++) {
      Row row = rows.next();
      List<Row> regions = row.getList(row.fieldIndex(REGIONS));
      for (Row region : regions) {
        writeAnnotation(json, ++annotation, number, region);
      }
    }
  }

  private static void writeAnnotation(JsonGenerator json, long id, int image, Row region)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", id);
    json.writeNumberField("image_id", image);
    json.writeNumberField("category_id", CATEGORY);
    json.writeArrayFieldStart("bbox");
    for (String side : List.of("x", "y", "width", "height")) {
      json.writeNumber(region.<Integer>getAs(side));
    }
    json.writeEndArray();
    json.writeNumberField("area", region.<Integer>getAs("area"));
    json.writeNumberField("score", region.<Double>getAs("highestError"));
    json.writeNumberField("iscrowd", 0);
    json.writeArrayFieldStart("segmentation");
    json.writeStartArray();
    List<Integer> outline = region.getList(region.fieldIndex("outline"));
    for (int place : outline) {
      json.writeNumber(place);
    }
    json.writeEndArray();
    json.writeEndArray();
    json.writeEndObject();
    json.writeRaw('\n');
  }
}
