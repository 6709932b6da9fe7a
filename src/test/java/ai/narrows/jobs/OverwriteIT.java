package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.FullFileSystem;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.report.PngFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that any job reads is written over, however it is spelled, nor what others have made. */
final class OverwriteIT extends TrainedModels {
  private static final String WHERE_IT_LIES =
      "(?s).*(cannot be overwritten: (the input|it is a) .*|lies in the (in|out)put .*)";

  private Path photos;
  private Path scores;
  private Path model;

  @BeforeEach
  void makeInputs() throws IOException {
    photos = Files.createDirectories(folder.resolve("q/photos"));
    BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 3; i++) {
      Files.write(photos.resolve(i + ".png"), PngFiles.encode(picture));
    }
    model = folder.resolve("m1");
    FileUtils.copyDirectory(vae.toFile(), model.toFile());
    scores = folder.resolve("q/scores");
    spark
        .sql(
            "SELECT string(id) id, double(id) anomalyScore, double(id % 2) prediction,"
                + " array(float(1), float(1), float(1)) latent FROM range(4)")
        .write()
        .parquet(scores.toString());
    Files.createSymbolicLink(folder.resolve("photos link"), photos);
    Files.createSymbolicLink(folder.resolve("scores link"), scores);
    Files.createSymbolicLink(folder.resolve("latest"), model);
  }

  private Ran run(String job, List<Object> args) {
    String[] words = args.stream().map(Object::toString).toArray(String[]::new);
    return Ran.of(
        () ->
            switch (job) {
              case "train" -> Train.run(words);
              case "score" -> Score.run(words);
              case "embed" -> Embed.run(words);
              case "evaluate" -> Evaluate.run(words);
              case "report" -> Report.run(words);
              case "generate" -> Generate.run(words);
              case "sample-parts" -> SampleParts.run(words);
              case "pack" -> Pack.run(words);
              default -> throw new IllegalArgumentException(job);
            });
  }

  /** Names, lengths and times of all that is there. */
  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        String time = Files.isDirectory(path) ? "" : Files.getLastModifiedTime(path).toString();
        contents.put(folder.relativize(path).toString(), time + Files.isSymbolicLink(path));
      }
    }
    return contents;
  }

  /** The options of every job that reads pictures or a table from a path, with that path. */
  private Map<String, List<Object>> readers(Object pictures, Object table, Object from) {
    Map<String, List<Object>> readers = new LinkedHashMap<>();
    List<Object> network = List.of("--hidden", 4, "--latent", 2, "--epochs", 1);
    readers.put("train", with(network, "--input", pictures));
    readers.put("pack", List.of("--input", pictures));
    readers.put("score", List.of("--model-dir", from, "--input", pictures));
    readers.put("embed", List.of("--model-dir", from, "--input", pictures));
    readers.put("report", List.of("--model-dir", from, "--input", pictures));
    readers.put(
        "generate", List.of("--model-dir", from, "--input", pictures, "--interpolate", "0,1"));
    readers.put("evaluate", List.of("--scores", table, "--anomalous", "id = 1"));
    return readers;
  }

  private static List<Object> with(List<Object> args, Object... more) {
    List<Object> all = new ArrayList<>(args);
    all.addAll(List.of(more));
    return all;
  }

  private void assertRefusedAndWhole(String job, List<Object> args, Object output)
      throws IOException {
    Map<String, String> before = contents();
    Ran ran = run(job, with(args, "--output", output, "--overwrite"));
    assertThat(ran.err()).as(job + args + output).matches(WHERE_IT_LIES);
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(2);
    assertThat(contents()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "q/pho*, q/sco*",
        "*/{photos,none}, */{scores,none}",
        "photos link, scores link",
        "file:%s/q/photos/, file:%<s/q/scores/",
        "q//photos, q//scores",
        "m1/../q/photos, m1/../q/scores",
        "q/photos/*.png, q/scores/part*"
      })
  void noJobReplacesWhatItReads(String spellings) throws IOException {
    String[] spelled =
        Stream.of(spellings.formatted(folder).split(", "))
            .map(name -> name.startsWith("file:") ? name : folder + "/" + name)
            .toArray(String[]::new);
    for (var reader : readers(spelled[0], spelled[1], model).entrySet()) {
      boolean table = reader.getKey().equals("evaluate");
      List<Path> outputs =
          table
              ? List.of(scores, folder.resolve("q"), folder.resolve("scores link"))
              : List.of(photos, folder.resolve("q"), folder.resolve("photos link"));
      for (Path output : outputs) {
        assertRefusedAndWhole(reader.getKey(), reader.getValue(), output);
      }
    }
  }

  @Test
  void theModelIsReadAsWell() throws IOException {
    for (String spelling : new String[] {"latest", "m1", "q/../m1/"}) {
      for (var reader : readers(photos, scores, folder.resolve(spelling)).entrySet()) {
        if (reader.getValue().contains("--model-dir")) {
          assertRefusedAndWhole(reader.getKey(), reader.getValue(), model);
          assertRefusedAndWhole(reader.getKey(), reader.getValue(), model.resolve("metadata"));
          assertRefusedAndWhole(reader.getKey(), reader.getValue(), folder.resolve("latest"));
        }
      }
      assertRefusedAndWhole(
          "train",
          List.of("--input", photos, "--init-model", folder.resolve(spelling), "--model", "vae"),
          model);
    }
  }

  @Test
  void everythingElseThatIsRead() throws IOException {
    Path link = folder.resolve("scores link");
    assertRefusedAndWhole("report", List.of("--model-dir", model, "--scores", link), scores);
    assertRefusedAndWhole("generate", List.of("--model-dir", model, "--latents", link), scores);
    List<Object> labelled =
        List.of(
            "--input",
            IMAGES,
            "--threshold-input",
            folder + "/q/ph*",
            "--threshold-anomalous",
            "id = '1'");
    assertRefusedAndWhole("train", labelled, photos);
    Path options = Files.writeString(folder.resolve("q/options.properties"), "size=32\n");
    assertRefusedAndWhole("sample-parts", List.of("--config", options), folder.resolve("q"));
    spark.read().parquet(scores.toString()).createOrReplaceTempView("some_scores");
    assertRefusedAndWhole(
        "report",
        List.of("--model-dir", model, "--scores", "some_scores", "--scores-format", "table"),
        scores);
  }

  @Test
  void pathsThatAreWrittenBesides() throws IOException {
    List<Object> score = List.of("--model-dir", model, "--input", folder.resolve("photos link"));
    Path out = folder.resolve("new");
    for (Path maps : List.of(photos, folder.resolve("q"), photos.resolve("maps"))) {
      assertRefusedAndWhole("score", with(score, "--error-maps", maps), out);
    }
    assertRefusedAndWhole("score", score, photos.resolve("new"));
    assertRefusedAndWhole(
        "evaluate", readers(photos, scores, model).get("evaluate"), scores.resolve("e.json"));
    List<Object> train = readers(photos, scores, model).get("train");
    assertRefusedAndWhole("train", with(train, "--checkpoint", photos.resolve("c")), out);
    assertRefusedAndWhole("train", with(train, "--report", photos.resolve("r.html")), out);
    Path latest = folder.resolve("latest");
    assertRefusedAndWhole("train", with(train, "--checkpoint", model.resolve("c")), latest);
    for (String option : List.of("--output", "--checkpoint")) {
      List<Object> stream = with(score, "--stream", option, photos.resolve("new"));
      Ran ran =
          run("score", with(stream, option.equals("--output") ? "--checkpoint" : "--output", out));
      assertThat(ran.err()).contains("lies in the input");
      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(photos.resolve("new")).doesNotExist();
    }
  }

  @Test
  void linksInTheInputAreFollowed() throws IOException {
    Path all = Files.createDirectory(folder.resolve("all"));
    Files.createSymbolicLink(all.resolve("cam"), photos);
    Files.createSymbolicLink(photos.resolve("loop"), photos);
    List<Object> score = List.of("--model-dir", model, "--input", all);
    assertRefusedAndWhole("score", score, photos);
    assertRefusedAndWhole("score", score, folder.resolve("q"));
  }

  @Test
  void whatOthersHaveMadeStays() throws IOException {
    Map<String, String> before = contents();
    List<Object> parts = List.of("--size=32", "--train=1", "--test=0", "--overwrite", "--output");
    for (Path output : List.of(photos, folder.resolve("q"), photos.resolve("0.png"))) {
      Ran ran = run("sample-parts", with(parts, output));
      assertThat(ran.err()).contains("cannot be overwritten: it ");
      assertThat(ran.exitCode()).isEqualTo(2);
    }
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void anOutputThatIsALinkStaysOne() throws IOException {
    Path to = folder.resolve("runs/today");
    Path link = Files.createSymbolicLink(folder.resolve("current"), to);
    List<Object> parts = List.of("--size=32", "--train=1", "--test=0", "--output", link);
    for (List<Object> args : List.of(parts, with(parts, "--overwrite"))) {
      Ran ran = run("sample-parts", args);
      assertThat(ran.err())
          .contains("%s is a symbolic link, so the output goes to %s".formatted(link, to));
      assertThat(ran.exitCode()).as(ran.err()).isZero();
      assertThat(link).isSymbolicLink();
      assertThat(to.resolve("train/good/0000.png")).exists();
    }
    try (Stream<Path> beside = Files.list(to.getParent())) {
      assertThat(beside).containsExactly(to);
    }
  }

  @Test
  void outputsThatCannotBeWrittenAreRefusedBeforeWork() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    for (var reader : readers(photos, scores, model).entrySet()) {
      for (Path output : List.of(file.resolve("out"), Path.of("/proc/sys/deep/out"))) {
        Ran ran = run(reader.getKey(), with(reader.getValue(), "--output", output));
        assertThat(ran.err())
            .contains("jobs/%s: --output %s cannot be written: ".formatted(reader.getKey(), output))
            .doesNotContain("Training");
        assertThat(ran.exitCode()).isEqualTo(2);
      }
    }
    List<Object> train = readers(photos, scores, model).get("train");
    for (String option : List.of("--report", "--checkpoint")) {
      Ran ran =
          run("train", with(train, "--output", folder.resolve("m2"), option, file.resolve("x")));
      assertThat(ran.err()).contains(option + " " + file.resolve("x") + " cannot be written: ");
      assertThat(ran.exitCode()).isEqualTo(2);
    }
    assertThat(file).hasContent("mine");
  }

  @Test
  void aModelThatCannotBeWrittenIsSavedElsewhere() {
    spark.sparkContext().hadoopConfiguration().set("fs.full.impl", FullFileSystem.class.getName());
    List<Object> train = readers(photos, scores, model).get("train");
    Ran ran = run("train", with(train, "--output", "full:" + folder + "/m2"));
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(1);
    Matcher place =
        Pattern.compile(
                "cannot write the model to full:.*/m2: No space left on device; it is saved in (\\S+) instead\n")
            .matcher(ran.err());
    assertThat(place.find()).as(ran.err()).isTrue();
    Path saved = Path.of(place.group(1));
    assertThat(FittedAutoencoder.load(saved.toString()).latentDim()).isEqualTo(2);
    FileUtils.deleteQuietly(saved.getParent().toFile());
  }
}
