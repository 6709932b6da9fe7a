package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.DyingFileSystem;
import ai.narrows.DyingFileSystem.Moment;
import ai.narrows.SparkFixture;
import ai.narrows.TestJvm;
import ai.narrows.ml.AutoencoderModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A driver that is killed, at whatever moment, and the same command again with --resume. */
@Tag("cluster")
final class TrainKilledIT extends SparkFixture {
  private static final long SECONDS = 120;

  @TempDir static Path undisturbedFolder;
  private static AutoencoderModel undisturbed;

  @TempDir Path folder;

  @BeforeAll
  void trainUndisturbed() {
    Ran ran = Ran.of(() -> Train.run(args("", undisturbedFolder).toArray(String[]::new)));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    undisturbed = AutoencoderModel.load(undisturbedFolder.resolve("model").toString());
  }

  /** The command, with outputs under a scheme. */
  private static List<String> args(String scheme, Path folder) {
    return List.of(
        Scripts.words(
            List.of("--input", Scripts.IMAGES, "--where", "index < 3000", "--workers", 3),
            List.of("--hidden", 32, "--latent", 4, "--epochs", 4, "--batch-size", 32),
            List.of("--validation-fraction", 0.1, "--keep-checkpoints", 1),
            List.of("--checkpoint", scheme + folder.resolve("checkpoints")),
            List.of("--output", scheme + folder.resolve("model"))));
  }

  /** Goes on from what is there; gives the epoch after which it does, 0 for the beginning. */
  private int resume() {
    List<String> args = new ArrayList<>(args("", folder));
    args.add("--resume");
    Ran ran = Ran.of(() -> Train.run(args.toArray(String[]::new)));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    AutoencoderModel model = AutoencoderModel.load(folder.resolve("model").toString());
    assertThat(model.parameters()).isEqualTo(undisturbed.parameters());
    assertThat(model.getThreshold()).isEqualTo(undisturbed.getThreshold());
    assertThat(model.summary().bestEpoch()).isEqualTo(undisturbed.summary().bestEpoch());
    assertThat(model.summary().history())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields(
            "imagesPerSecond", "communicationShare", "seconds")
        .isEqualTo(undisturbed.summary().history());
    var after = Pattern.compile("Going on after epoch ([0-9])").matcher(ran.err());
    return after.find() ? Integer.parseInt(after.group(1)) : 0;
  }

  @ParameterizedTest
  @CsvSource({
    "WRITE, epoch-00002/state.safetensors, 1",
    "WRITE, epoch-00003/manifest.json, 2",
    "DELETE, epoch-00002/manifest.json, 3",
    "CREATE, model.tmp, 4",
    "RENAME, model.tmp, 4"
  })
  void killedWhileItWrites(Moment moment, String path, int after) throws Exception {
    TestJvm.dies(
        folder.resolve("log"),
        DyingFileSystem.options(moment, path, 1),
        Train.class,
        args("dying:", folder).toArray(String[]::new));
    assertThat(folder.resolve("model")).doesNotExist();
    assertThat(resume()).isEqualTo(after);
  }

  @Test
  void killedWhileItComputes() throws Exception {
    Process driver =
        TestJvm.start(
            folder.resolve("log"),
            DyingFileSystem.options(Moment.DELETE, "nothing", 1),
            Train.class,
            args("dying:", folder).toArray(String[]::new));
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      while (!Files.readString(folder.resolve("log")).contains("epoch 2/4")
          && driver.isAlive()
          && System.nanoTime() < end) {
        Thread.sleep(2);
      }
    } finally {
      driver.destroyForcibly().waitFor(); // SIGKILL
    }
    assertThat(driver.exitValue())
        .as(Files.readString(folder.resolve("log")))
        .isEqualTo(TestJvm.KILLED);
    assertThat(resume()).isBetween(2, 4);
  }
}
