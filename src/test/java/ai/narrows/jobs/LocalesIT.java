package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import ai.narrows.TestJvm;
import ai.narrows.jobs.console.Failure;
import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines whose locale writes numbers otherwise, some in digits that are not 0 to 9. */
final class LocalesIT extends SparkFixture {
  private static final long SECONDS = 240;

  @TempDir Path folder;
  private Dataset<Row> images;

  @BeforeAll
  void readImages() {
    images = spark.read().format("idx").load(TrainedModels.IMAGES).where("index < 40").cache();
  }

  private AutoencoderModel fit(int epochs, boolean resume) {
    return new Autoencoder()
        .setHidden(4)
        .setLatentDim(2)
        .setEpochs(epochs)
        .setNumWorkers(1)
        .setCheckpointDir(folder.resolve("checkpoints").toString())
        .setResume(resume)
        .fit(images);
  }

  /** Through the Java API: a job sets the locale of what Spark itself writes. */
  @ParameterizedTest
  @ValueSource(
      strings = {"ar-EG", "fa-IR", "mr-IN", "bn-BD", "my-MM", "th-TH-u-nu-thai", "de-DE", "tr-TR"})
  void checkpointsAreFoundAgainAndPruned(String tag) throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag(tag));
    try {
      fit(3, false);
      assertThat(names("checkpoints")).containsExactly("epoch-00002", "epoch-00003");

      AutoencoderModel model = fit(4, true);

      assertThat(names("checkpoints")).containsExactly("epoch-00003", "epoch-00004");
      assertThat(model.summary().history()).hasSize(4);
      assertThat(model.summary().toString()).matches("\\p{ASCII}+");
      assertThat(new Autoencoder().explainParams()).matches("[\\p{ASCII}\\s]+");
    } finally {
      Locale.setDefault(before);
    }
  }

  private List<String> names(String in) throws IOException {
    try (var files = Files.list(folder.resolve(in))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** All jobs that write, one after another. */
  static final class Jobs {
    private final Path folder;

    private Jobs(Path folder) {
      this.folder = folder;
    }

    public static void main(String[] args) throws IOException {
      SparkSession.builder().getOrCreate();
      new Jobs(Path.of(args[0])).run();
    }

    private void run() throws IOException {
      Path last = folder.resolve("parts/train/good/0011.png");
      done(SampleParts.run(words("--size 32 --train 12 --test 8 --output @parts")));
      byte[] png = Files.readAllBytes(last);
      Files.write(last, new byte[] {1});
      assertThat(pack()).isEqualTo(Failure.WRONG_INPUT);
      Files.write(last, png);
      done(pack());
      String train = "--hidden 4 --latent 2 --workers 1 --checkpoint @checkpoints --input @packed";
      done(Train.run(words(train + " --epochs 2 --output @first")));
      done(Train.run(words(train + " --epochs 4 --resume --report @train.html --output @model")));
      String test = " --input @parts/test --input-option labels=folder --output ";
      done(Score.run(words("--model-dir @model --error-maps @maps --top 2" + test + "@scores")));
      done(
          Embed.run(
              words(
                  "--model-dir @model --output-format json --input @parts/test --output @embedded")));
      done(Evaluate.run(words("--scores @scores --anomalous label<>1 --output @evaluation.json")));
      done(Report.run(words("--model-dir @model --scores @scores" + test + "@report.html")));
    }

    private int pack() {
      Pack pack = new Pack();
      pack.chunkBytes = 1;
      return pack.execute(words("--input @parts/train --file-size 2k --output @packed"));
    }

    private String[] words(String args) {
      return args.replace("@", folder + "/").split(" ");
    }

    private static void done(int exitCode) {
      assertThat(exitCode).isZero();
    }
  }

  @Tag("cluster")
  @Test
  void jobsWriteTheSameDigitsEverywhere() throws Exception {
    Path log = folder.resolve("log");
    Process process =
        TestJvm.start(
            log, List.of("-Duser.language=ar", "-Duser.country=EG"), Jobs.class, folder.toString());
    try {
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    assertThat(log)
        .content()
        .contains("Going on with an unfinished pack: ")
        .contains("Packed 12 images: ")
        .contains("Going on after epoch 2");
    assertThat(names("checkpoints")).containsExactly("epoch-00003", "epoch-00004");
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(folder.relativize(file).toString()).matches("\\p{ASCII}+");
        if (file.toString().matches(".*(log|html|json|csv)")) {
          assertThat(otherDigits(Files.readString(file))).as(file.toString()).isEmpty();
        }
      }
    }
  }

  private static IntStream otherDigits(String text) {
    return text.codePoints().filter(c -> c > 127 && Character.isDigit(c));
  }
}
