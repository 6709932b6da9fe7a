package io.narrows.report;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.narrows.images.ImageRows;
import io.narrows.ml.AutoencoderModelBase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * What is shown of images: some that are worth a look, and where a sample lies in the latent space.
 *
 * @param latents none where none of the sample is among the images
 */
record ImageSection(ObjectNode pictures, Optional<ObjectNode> latents) {
  private static final int LONGEST = 192; // pixels of a picture's longer side
  private static final int SAME_ID = 4; // rows of one id that are looked at

  static ImageSection of(ScoreSection scores, Dataset<Row> images, AutoencoderModelBase<?> model) {
    Object[] ids = scores.rows().stream().map(ScoreSection.Scored::id).distinct().toArray();
    Dataset<Row> some =
        images
            .select(model.getIdCol(), model.getImageCol())
            .where(col(model.getIdCol()).isin(ids))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return new ImageSection(pictures(scores, some, model), LatentSection.of(scores, some, model));
    } finally {
      some.unpersist(false);
    }
  }

  private static ObjectNode pictures(
      ScoreSection scores, Dataset<Row> images, AutoencoderModelBase<?> model) {
    List<TopScores.Entry> entries = new ArrayList<>(scores.highest());
    entries.addAll(scores.borderline());
    entries.addAll(scores.lowest());
    Object[] ids =
        entries.stream().map(TopScores.Entry::id).filter(Objects::nonNull).distinct().toArray();
    Map<String, List<Rebuilt>> found = new HashMap<>();
    List<Rebuilt> rebuilt =
        Rebuilt.highest(
            images.where(col(model.getIdCol()).isin(ids)),
            model,
            SAME_ID * Math.max(1, ids.length),
            2 * LONGEST);
    rebuilt.forEach(image -> found.computeIfAbsent(image.id(), id -> new ArrayList<>()).add(image));
    HeatScale scale = Rebuilt.scale(rebuilt);

    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("scale", scale.end());
    json.put("colors", HeatColors.css());
    json.set("highest", group(scores.highest(), scores, found, scale));
    json.set("borderline", group(scores.borderline(), scores, found, scale));
    json.set("lowest", group(scores.lowest(), scores, found, scale));
    return json;
  }

  private static ArrayNode group(
      List<TopScores.Entry> entries,
      ScoreSection scores,
      Map<String, List<Rebuilt>> found,
      HeatScale scale) {
    ArrayNode group = JsonNodeFactory.instance.arrayNode();
    for (TopScores.Entry entry : entries) {
      Optional<ScoreSection.Scored> row =
          scores.rows().stream().filter(scored -> scored.id().equals(entry.id())).findFirst();
      if (row.isPresent() && found.containsKey(entry.id())) {
        group.add(picture(row.get(), found.get(entry.id()), scale));
      }
    }
    return group;
  }

  private static ObjectNode picture(
      ScoreSection.Scored row, List<Rebuilt> sameId, HeatScale scale) {
    Rebuilt image =
        sameId.stream()
            .min(Comparator.comparingDouble(some -> Math.abs(some.score() - row.score())))
            .orElseThrow();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", row.id());
    json.put("score", row.score());
    if (row.label() != null) {
      json.put("label", row.label());
    }
    if (row.anomalous() != null) {
      json.put("anomalous", row.anomalous());
    }
    if (row.predicted() != null) {
      json.put("predicted", row.predicted());
    }
    json.put(
        "image", DataUri.of(ImageRows.toBufferedImage(image.shape(), image.image(), 0), LONGEST));
    json.put(
        "reconstruction",
        DataUri.of(ImageRows.toBufferedImage(image.shape(), image.reconstruction(), 0), LONGEST));
    json.put("heat", DataUri.of(scale.map(image.shape(), image.errors()), LONGEST));
    return json;
  }
}
