package ai.narrows.report;

import static org.apache.spark.sql.functions.col;

import ai.narrows.images.ImageRows;
import ai.narrows.ml.FittedAutoencoder;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What is shown of images: some that are worth a look, and where a sample lies in the latent space.
 *
 * @param latents none where none of the sample is among the images
 * @param notice which images are not shown, and why
 */
record ImageSection(ObjectNode pictures, Optional<ObjectNode> latents, Optional<String> notice) {
  private static final int LONGEST = 192; // pixels of a picture's longer side
  private static final int SAME_ID = 4; // rows of one id that are looked at

  static ImageSection of(
      ScoreSection scores, double threshold, Dataset<Row> images, FittedAutoencoder<?> reported) {
    FittedAutoencoder<?> model = (FittedAutoencoder<?>) reported.copy(new ParamMap());
    model.setIdCol(Rebuilt.ID);
    model.setImageCol(Rebuilt.IMAGE);
    Dataset<Row> named = Rebuilt.named(images, reported);
    try (OwnImages own = OwnImages.of(scores.rows(), named, model)) {
      ObjectNode pictures = pictures(scores, threshold, own.images(), model);
      own.words().ifPresent(words -> pictures.put("notice", words));
      return new ImageSection(pictures, LatentSection.of(scores, own.images(), model), own.words());
    }
  }

  private static ObjectNode pictures(
      ScoreSection scores, double threshold, Dataset<Row> images, FittedAutoencoder<?> model) {
    List<TopScores.Entry> entries = new ArrayList<>(scores.highest());
    entries.addAll(scores.borderline());
    entries.addAll(scores.lowest());
    Object[] ids =
        entries.stream().map(TopScores.Entry::id).filter(Objects::nonNull).distinct().toArray();
    Map<String, List<Rebuilt>> found = new HashMap<>();
    List<Rebuilt> rebuilt =
        Rebuilt.highest(
            images.where(col(Rebuilt.ID).isin(ids)),
            model,
            SAME_ID * Math.max(1, ids.length),
            2 * LONGEST);
    rebuilt.forEach(image -> found.computeIfAbsent(image.id(), id -> new ArrayList<>()).add(image));
    HeatScale scale = Rebuilt.scale(rebuilt);

    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("scale", scale.end());
    if (Rebuilt.outlines(model)) {
      json.put("pixelThreshold", model.getPixelThreshold());
    }
    json.put("colors", HeatColors.css());
    json.set("highest", group(scores.highest(), score -> score, scores, found, scale));
    json.set(
        "borderline",
        group(scores.borderline(), score -> -Math.abs(score - threshold), scores, found, scale));
    json.set("lowest", group(scores.lowest(), score -> -score, scores, found, scale));
    return json;
  }

  /**
   * Pictures of rows.
   *
   * @param ranked what an entry has of its row's score
   */
  private static ArrayNode group(
      List<TopScores.Entry> entries,
      DoubleUnaryOperator ranked,
      ScoreSection scores,
      Map<String, List<Rebuilt>> found,
      HeatScale scale) {
    ArrayNode group = JsonNodeFactory.instance.arrayNode();
    for (TopScores.Entry entry : entries) {
      Optional<ScoreSection.Scored> row =
          scores.rows().stream()
              .filter(scored -> scored.id().equals(entry.id()))
              .min(
                  Comparator.comparingDouble(
                      scored -> Math.abs(ranked.applyAsDouble(scored.score()) - entry.score())));
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
        "image",
        DataUri.of(
            Outlines.on(
                ImageRows.toBufferedImage(image.shape(), image.image(), 0),
                image.outlines(),
                LONGEST),
            LONGEST));
    if (image.reconstruction() != null) {
      json.put(
          "reconstruction",
          DataUri.of(ImageRows.toBufferedImage(image.shape(), image.reconstruction(), 0), LONGEST));
    }
    json.put("heat", DataUri.of(scale.map(image.shape(), image.errors()), LONGEST));
    return json;
  }
}
