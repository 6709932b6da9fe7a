package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.report.PngFiles;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Whatever the jobs write they can read, whatever it is called. */
final class PathNamesIT extends TrainedModels {
  private static final String NAME = "a [b] {c,d} 12:30 100% #1? é";

  private Path photos(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (int i = 0; i < 12; i++) {
      BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
      picture.getRaster().setSample(i, i, 0, 200);
      String name = String.format(Locale.ROOT, "12:%02d [x].png", i);
      Files.write(directory.resolve(name), PngFiles.encode(picture));
    }
    return directory;
  }

  private static void done(Ran ran) {
    assertThat(ran.exitCode()).as(ran.err()).isZero();
  }

  private static String[] words(Object... args) {
    return Arrays.stream(args).map(Object::toString).toArray(String[]::new);
  }

  private Path named(String kind) {
    return folder.resolve(kind + " " + NAME);
  }

  @Test
  void whatAJobWritesTheNextOneReads() throws IOException {
    Path photos = photos(named("photos"));
    Path packed = named("packed");
    for (int run = 0; run < 2; run++) {
      done(Ran.of(() -> Pack.run(words("--input", photos, "--output", packed, "--overwrite"))));
    }
    Path model = named("model");
    Path page = folder.resolve("page " + NAME + ".html");
    List<Object> network = List.of("--hidden", 4, "--latent", 2, "--epochs", 1, "--workers", 1);
    List<Object> args = new ArrayList<>(network);
    args.addAll(
        List.of(
            "--input", packed, "--output", model, "--report", page, "--checkpoint", named("c")));
    done(Ran.of(() -> Train.run(words(args.toArray()))));
    assertThat(page).exists();
    args.addAll(List.of("--resume", "--overwrite", "--init-model", model));
    args.set(args.indexOf(model), named("model2"));
    args.set(args.indexOf(named("c")), named("c2"));
    done(Ran.of(() -> Train.run(words(args.toArray()))));

    for (String format : List.of("parquet", "csv", "json", "orc")) {
      Path scores = named(format);
      done(
          score(
              "--model-dir",
              model,
              "--input",
              photos,
              "--output",
              scores,
              "--output-format",
              format));
      Path json = folder.resolve("e " + format + NAME + ".json");
      Ran evaluated =
          Ran.of(
              () ->
                  Evaluate.run(
                      words(
                          "--scores",
                          scores,
                          "--anomalous",
                          "id LIKE '12:00%'",
                          "--output",
                          json,
                          "--bootstrap",
                          0)));
      done(evaluated);
      assertThat(new ObjectMapper().readTree(json.toFile()).get("rows").asInt()).isEqualTo(12);
    }
    Path latents = named("latents");
    done(embed("--model-dir", model, "--input", packed, "--output", latents));
    done(generate("--model-dir", model, "--latents", latents, "--output", named("generated")));
    assertThat(named("generated").resolve("0011.png")).exists();
    done(
        report(
            "--model-dir",
            model,
            "--scores",
            named("csv"),
            "--input",
            packed,
            "--output",
            page,
            "--overwrite"));
    done(
        score(
            "--model-dir",
            model,
            "--input",
            photos,
            "--output",
            named("s"),
            "--error-maps",
            named("maps"),
            "--top",
            2));
    assertThat(named("maps").resolve("0002.png")).exists();
  }

  @Test
  void patternsBelowSuchNames() throws IOException {
    Path photos = photos(named("photos"));
    photos(folder.resolve("cams/cam 1:2/deep"));
    for (String pattern :
        new String[] {photos + "/*.png", folder + "/cams/*", folder + "/c*/*/*"}) {
      Path out = folder.resolve("scores of a pattern");
      done(score("--model-dir", autoencoder, "--input", pattern, "--output", out, "--overwrite"));
      assertThat(spark.read().parquet(out.toString()).count()).as(pattern).isEqualTo(12);
    }
    done(
        score(
            "--model-dir",
            autoencoder,
            "--input",
            folder + "/scores of a pattern/../cams/*/deep",
            "--output",
            folder.resolve("more")));
  }

  @Test
  void streams() throws IOException {
    Path photos = photos(folder.resolve("photos 12:30"));
    Path scores = named("scores");
    for (int run = 0; run < 2; run++) {
      done(
          score(
              "--model-dir",
              autoencoder,
              "--input",
              photos,
              "--stream",
              "--available-now",
              "--checkpoint",
              named("checkpoint"),
              "--output",
              scores));
    }
    Ran evaluated =
        Ran.of(
            () ->
                Evaluate.run(
                    words(
                        "--scores", scores, "--anomalous", "id LIKE '12:00%'", "--bootstrap", 0)));
    done(evaluated);
    assertThat(evaluated.out()).contains("\"rows\": 12,");
    Ran refused =
        score(
            "--model-dir",
            autoencoder,
            "--input",
            photos(named("photos")),
            "--stream",
            "--checkpoint",
            folder.resolve("c"),
            "--output",
            folder.resolve("s"));
    assertThat(refused.err()).contains("cannot be watched: Spark cannot follow a name with any of");
    assertThat(refused.exitCode()).isEqualTo(2);
  }
}
