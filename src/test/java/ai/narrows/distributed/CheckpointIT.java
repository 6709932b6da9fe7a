package ai.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.InputException;
import ai.narrows.nn.Loss;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import ai.narrows.nn.layers.Standardization;
import ai.narrows.optim.Updater;
import ai.narrows.train.Averaging;
import ai.narrows.train.Averaging.UpdaterStates;
import ai.narrows.train.EpochReport;
import ai.narrows.train.TrainingDivergedException;
import ai.narrows.train.TrainingListener;
import ai.narrows.train.TrainingOptions;
import ai.narrows.train.TrainingResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainings that are interrupted and gone on with end as if they had never been interrupted. */
class CheckpointIT extends TrainerFixture {
  private static final int EPOCHS = 5;
  private static final int WORKERS = 3;

  @TempDir Path folder;

  /** Stands for whatever ends a driver after an epoch. */
  private static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private record InterruptedAfter(int last) implements TrainingListener {
    @Override
    public void epochFinished(EpochReport report, int epochs) {
      if (report.epoch() == last) {
        throw new Interrupted();
      }
    }
  }

  private static final class Heard implements TrainingListener {
    private static final long serialVersionUID = 1L;
    private int resumed;
    private int rounds;

    @Override
    public void resumed(int epoch, int epochs) {
      resumed = epoch;
    }

    @Override
    public void roundStarted(int epoch, int epochs, int round, int rounds) {
      this.rounds++;
    }
  }

  private static TrainingOptions options(int epochs, Updater updater) {
    return options(epochs, 16, new Loss.BinaryCrossEntropy(), updater);
  }

  private static final TrainingOptions OPTIONS =
      options(EPOCHS, new Updater.Adam(0.9, 0.999, 1e-8, 0));

  /** With all that there is to a round's end. */
  private static final Averaging AVERAGING = new Averaging(2, 0.5, 0.9, UpdaterStates.AVERAGE, 1.3);

  private static Checkpoints open(String directory, int interval, int keep, boolean resume) {
    return Checkpoints.open(
        directory, new Checkpoints.Options(interval, keep, resume), new Configuration());
  }

  private String directory() {
    return folder.resolve("checkpoints").toString();
  }

  private Path epoch(int epoch) {
    return folder.resolve("checkpoints").resolve(String.format(Locale.ROOT, "epoch-%05d", epoch));
  }

  private List<String> kept() throws IOException {
    try (Stream<Path> folders = Files.list(folder.resolve("checkpoints"))) {
      return folders.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static TrainingResult train(
      Shards shards,
      Architecture architecture,
      TrainingOptions options,
      Checkpoints checkpoints,
      TrainingListener listener) {
    return train(shards, architecture, options, AVERAGING, checkpoints, listener);
  }

  private static TrainingResult train(
      Shards shards,
      Architecture architecture,
      TrainingOptions options,
      Averaging averaging,
      Checkpoints checkpoints,
      TrainingListener listener) {
    return new DistributedTrainer(shards, architecture, options, averaging, listener)
        .fit(architecture.initialParameters(5), checkpoints);
  }

  private static void interrupt(
      Shards shards, TrainingOptions options, Checkpoints checkpoints, int afterEpoch) {
    interrupt(shards, options, AVERAGING, checkpoints, afterEpoch);
  }

  private static void interrupt(
      Shards shards,
      TrainingOptions options,
      Averaging averaging,
      Checkpoints checkpoints,
      int afterEpoch) {
    assertThatThrownBy(
            () ->
                train(
                    shards, VAE, options, averaging, checkpoints, new InterruptedAfter(afterEpoch)))
        .isInstanceOf(Interrupted.class);
  }

  private static void assertSame(TrainingResult result, TrainingResult expected) {
    assertThat(result.state().values()).isEqualTo(expected.state().values());
    assertThat(result.state().updates()).isEqualTo(expected.state().updates());
    assertThat(result.bestEpoch()).isEqualTo(expected.bestEpoch());
    assertThat(untimed(result)).isEqualTo(untimed(expected));
  }

  private static List<EpochReport> untimed(TrainingResult result) {
    return result.history().stream()
        .map(r -> new EpochReport(r.epoch(), r.loss(), r.validationLoss(), 0, 0, 0))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0.2, adam, 0, AVERAGE",
    "3, 1, 0.2, momentum, 0.9, AVERAGE",
    "4, 1, 0, sgd, 0.5, AVERAGE",
    "5, 1, 0.2, adam, 0.5, RESET",
    "1, 2, 0.2, adam, 0.5, AVERAGE",
    "4, 3, 0, adam, 0, RESET",
    "2, 1, 0.2, adam, 0.5, RESET"
  })
  void goingOnGivesTheBitsOfAnUninterruptedTraining(
      int afterEpoch,
      int interval,
      double validationFraction,
      String solver,
      double outerMomentum,
      UpdaterStates states)
      throws IOException {
    Averaging averaging = new Averaging(2, outerMomentum, 1, states, 1.5);
    TrainingOptions options =
        options(
            EPOCHS,
            switch (solver) {
              case "adam" -> new Updater.Adam(0.9, 0.999, 1e-8, 0);
              case "momentum" -> new Updater.Momentum(0.9, 0);
              default -> new Updater.Sgd(0);
            });
    try (Shards shards = deal(frame(rows(), 3), WORKERS, validationFraction)) {
      TrainingResult expected =
          train(shards, VAE, options, averaging, Checkpoints.none(), TrainingListener.NONE);
      interrupt(shards, options, averaging, open(directory(), interval, 2, false), afterEpoch);
      if (afterEpoch >= interval) {
        Path state = epoch(afterEpoch / interval * interval).resolve("state.safetensors");
        assertThat(Files.readString(state, StandardCharsets.ISO_8859_1).contains("\"velocity\""))
            .isEqualTo(outerMomentum > 0);
      }
      Heard heard = new Heard();
      TrainingResult result =
          train(shards, VAE, options, averaging, open(directory(), interval, 2, true), heard);
      assertSame(result, expected);
      assertThat(heard.resumed)
          .isEqualTo(afterEpoch == EPOCHS ? EPOCHS : afterEpoch / interval * interval);
    }
  }

  @Test
  void interruptedAgainAndAgain() throws IOException {
    try (Shards shards = deal(frame(rows(), 3), WORKERS, 0.2)) {
      TrainingResult expected =
          train(shards, VAE, OPTIONS, Checkpoints.none(), TrainingListener.NONE);
      for (int epoch = 1; epoch < EPOCHS; epoch++) {
        interrupt(shards, OPTIONS, open(directory(), 1, 2, true), epoch);
      }
      TrainingResult result =
          train(shards, VAE, OPTIONS, open(directory(), 1, 2, true), TrainingListener.NONE);
      assertSame(result, expected);
      assertThat(kept()).containsExactly("epoch-00004", "epoch-00005");
    }
  }

  @Test
  @Tag("cluster")
  void onHdfsToo() throws IOException {
    Configuration conf = new Configuration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    try (MiniDFSCluster cluster = new MiniDFSCluster.Builder(conf).numDataNodes(1).build();
        Shards shards = deal(frame(rows(), 3), WORKERS, 0.2)) {
      String directory = cluster.getURI() + "/training/checkpoints";
      TrainingResult expected =
          train(shards, VAE, OPTIONS, Checkpoints.none(), TrainingListener.NONE);
      interrupt(shards, OPTIONS, open(directory, 1, 1, false), 3);
      Heard heard = new Heard();
      assertSame(train(shards, VAE, OPTIONS, open(directory, 1, 1, true), heard), expected);
      assertThat(heard.resumed).isEqualTo(3);
    }
  }

  @Test
  void patienceAndTheBestEpochGoOnToo() {
    TrainingOptions options = stoppingEarly();
    try (Shards shards = deal(frame(rows(), 3), 2, 0.2)) {
      TrainingResult expected =
          train(shards, AUTOENCODER, options, Checkpoints.none(), TrainingListener.NONE);
      int epochs = expected.history().size();
      assertThat(expected.bestEpoch()).isEqualTo(epochs - 2);
      assertThatThrownBy(
              () ->
                  train(
                      shards,
                      AUTOENCODER,
                      options,
                      open(directory(), 1, 2, false),
                      new InterruptedAfter(epochs - 1)))
          .isInstanceOf(Interrupted.class);
      assertSame(
          train(shards, AUTOENCODER, options, open(directory(), 1, 2, true), TrainingListener.NONE),
          expected);

      Heard heard = new Heard();
      assertSame(
          train(shards, AUTOENCODER, options, open(directory(), 1, 2, true), heard), expected);
      assertThat(heard.rounds).as("rounds after the end").isZero();
    }
  }

  @Test
  void moreEpochsCanBeAskedFor() {
    TrainingOptions shorter = options(3, new Updater.Adam(0.9, 0.999, 1e-8, 0));
    try (Shards shards = deal(frame(rows(), 3), WORKERS, 0)) {
      train(shards, VAE, shorter, open(directory(), 1, 2, false), TrainingListener.NONE);
      assertSame(
          train(shards, VAE, OPTIONS, open(directory(), 1, 2, true), TrainingListener.NONE),
          train(shards, VAE, OPTIONS, Checkpoints.none(), TrainingListener.NONE));
      assertRefused(
          () -> train(shards, VAE, shorter, open(directory(), 1, 2, true), TrainingListener.NONE),
          String.format(
              Locale.ROOT, "the checkpoint %s has 5 epochs behind it, but epochs is 3", epoch(5)));
    }
  }

  @Test
  void anotherTrainingIsRefusedAndSaidHowItDiffers() {
    try (Shards shards = deal(frame(rows(), 3), WORKERS, 0)) {
      interrupt(shards, OPTIONS, open(directory(), 1, 2, false), 1);
      assertOther(
          () ->
              train(
                  shards,
                  VAE,
                  options(EPOCHS, 8, new Loss.BinaryCrossEntropy(), new Updater.Sgd(0)),
                  open(directory(), 1, 2, true),
                  TrainingListener.NONE),
          "solver was adam, but is sgd; batchSize was 16, but is 8");
      assertOther(
          () ->
              train(
                  shards,
                  AUTOENCODER,
                  OPTIONS,
                  open(directory(), 1, 2, true),
                  TrainingListener.NONE),
          "network was 20-12-(3)-12-20, but is 20-12-3-12-20; activation was tanh, but is relu;"
              + " hash of the first parameters was");
      assertOther(
          () ->
              new DistributedTrainer(shards, VAE, OPTIONS, AVERAGING, TrainingListener.NONE)
                  .fit(VAE.initialParameters(6), open(directory(), 1, 2, true)),
          "hash of the first parameters was");
      assertOther(
          () ->
              train(
                  shards,
                  VAE,
                  OPTIONS,
                  new Averaging(3, 0, 1, UpdaterStates.RESET, 0),
                  open(directory(), 1, 2, true),
                  TrainingListener.NONE),
          "averagingFrequency was 2, but is 3; outerMomentum was 0.5, but is 0.0;"
              + " outerStepSize was 0.9, but is 1.0; updaterState was average, but is reset;"
              + " synchronousEpochs was 1.3, but is 0.0");
    }
    try (Shards fewer = deal(frame(rows().subList(1, ROWS), 3), WORKERS, 0)) {
      assertOther(
          () -> train(fewer, VAE, OPTIONS, open(directory(), 1, 2, true), TrainingListener.NONE),
          "number of training rows was 203, but is 202; hash of the images was ");
    }
    try (Shards others = deal(frame(rows(), 3), 2, 0)) {
      assertOther(
          () -> train(others, VAE, OPTIONS, open(directory(), 1, 2, true), TrainingListener.NONE),
          "numWorkers was 3, but is 2");
    }
  }

  private void assertOther(ThrowingCallable training, String differences) {
    assertThatThrownBy(training)
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            String.format(
                Locale.ROOT,
                "the checkpoint %s is of another training: %s",
                epoch(1),
                differences));
  }

  @Test
  void theSameImagesInAnotherOrderAreTheSameTraining() {
    try (Shards shards = deal(frame(rows(), 3), WORKERS, 0)) {
      interrupt(shards, OPTIONS, open(directory(), 1, 2, false), 2);
      try (Shards again = deal(frame(rows(), 7), WORKERS, 0)) {
        assertThat(again.fingerprint()).isEqualTo(shards.fingerprint());
        assertSame(
            train(again, VAE, OPTIONS, open(directory(), 1, 2, true), TrainingListener.NONE),
            train(shards, VAE, OPTIONS, Checkpoints.none(), TrainingListener.NONE));
      }
    }
  }

  @Test
  void augmentedTrainingsGoOnLikewise() {
    TrainingOptions options = augmented(OPTIONS);
    Architecture network = VAE.with(new Standardization(List.of(0.5), List.of(0.2)));
    try (Shards shards = deal(frame(rows(), 3), WORKERS, 0.2)) {
      TrainingResult expected =
          train(shards, network, options, Checkpoints.none(), TrainingListener.NONE);
      assertThatThrownBy(
              () ->
                  train(
                      shards,
                      network,
                      options,
                      open(directory(), 1, 5, false),
                      new InterruptedAfter(1)))
          .isInstanceOf(Interrupted.class);
      assertOther(
          () -> train(shards, VAE, OPTIONS, open(directory(), 1, 5, true), TrainingListener.NONE),
          "standardization was means [0.5], deviations [0.2], but is none;"
              + " flip was both, but is none; shift was 2, but is 0");
      assertSame(
          train(shards, network, options, open(directory(), 1, 5, true), TrainingListener.NONE),
          expected);
    }
  }

  @Test
  void nothingIsOverwrittenUnasked() throws IOException {
    try (Shards shards = deal(frame(rows(), 3), WORKERS, 0)) {
      interrupt(shards, OPTIONS, open(directory(), 1, 2, false), 2);
    }
    assertRefused(
        () -> open(directory(), 1, 2, false),
        directory()
            + " holds checkpoints, the newest epoch-00002: go on from it with resume,"
            + " or choose another checkpointDir");
    assertThat(kept()).containsExactly("epoch-00001", "epoch-00002");
  }

  /** What a driver that dies while it writes leaves behind, from the first file to the last. */
  @ParameterizedTest
  @CsvSource({
    "manifest.json, 0",
    "manifest.json, 20",
    "manifest.json, -1",
    "state.safetensors, -1"
  })
  void anUnfinishedCheckpointIsNone(String file, int length) throws IOException {
    try (Shards shards = deal(frame(rows(), 3), WORKERS, 0.2)) {
      TrainingResult expected =
          train(shards, VAE, OPTIONS, Checkpoints.none(), TrainingListener.NONE);
      interrupt(shards, OPTIONS, open(directory(), 1, 2, false), 3);
      Files.delete(epoch(3).resolve("." + file + ".crc"));
      if (length < 0) {
        Files.delete(epoch(3).resolve(file));
      } else {
        byte[] whole = Files.readAllBytes(epoch(3).resolve(file));
        Files.write(epoch(3).resolve(file), Arrays.copyOf(whole, length));
      }
      if (!file.equals("manifest.json")) {
        Files.delete(epoch(3).resolve("manifest.json"));
      }
      Heard heard = new Heard();
      assertSame(train(shards, VAE, OPTIONS, open(directory(), 1, 2, true), heard), expected);
      assertThat(heard.resumed).isEqualTo(2);
      assertThat(kept()).containsExactly("epoch-00004", "epoch-00005");
    }
  }

  @Test
  void aFirstCheckpointThatWasNeverFinishedMeansTheBeginning() throws IOException {
    try (Shards shards = deal(frame(rows(), 3), WORKERS, 0.2)) {
      interrupt(shards, OPTIONS, open(directory(), 1, 2, false), 1);
      Files.delete(epoch(1).resolve("manifest.json"));
      Heard heard = new Heard();
      assertSame(
          train(shards, VAE, OPTIONS, open(directory(), 1, 2, true), heard),
          train(shards, VAE, OPTIONS, Checkpoints.none(), TrainingListener.NONE));
      assertThat(heard.resumed).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "state.safetensors | the checksum of its file state.safetensors does not match",
        "training.json | the checksum of its file training.json does not match"
      })
  void aDamagedCheckpointGivesWayToTheOneBefore(String file, String reason) throws IOException {
    TrainingOptions options = stoppingEarly();
    try (Shards shards = deal(frame(rows(), 3), 2, 0.2)) {
      int best =
          train(shards, AUTOENCODER, options, open(directory(), 1, 9, false), TrainingListener.NONE)
              .bestEpoch();
      List<String> all = kept();
      int last = all.size();
      assertThat(last).isGreaterThan(best);
      damage(epoch(last).resolve(file));
      Heard heard = new Heard();
      train(shards, AUTOENCODER, options, open(directory(), 1, 9, true), heard);
      assertThat(heard.resumed).isEqualTo(last - 1);

      for (int epoch = 1; epoch <= last; epoch++) {
        damage(epoch(epoch).resolve(file));
      }
      assertRefused(
          () -> open(directory(), 1, 9, true),
          String.format(Locale.ROOT, "the checkpoint %s is damaged: %s", epoch(last), reason));
    }
  }

  private static void damage(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"formatVersion\":1 | \"formatVersion\":2 | has format version 2, but this Narrows reads 1",
        "\"state.safe | \"../state.safe | is damaged: it names a file '../state.safetensors'",
        "\"length\":[0-9]+ | \"length\":7 | is damaged: its file state.safetensors has .* bytes instead of 7",
        "\"state.safetensors\":.{3,100}}, | '' | is damaged: its manifest does not name the file state.safetensors"
      })
  void aManifestThatIsWrongIsRefused(String from, String to, String message) throws IOException {
    try (Shards shards = deal(frame(rows(), 3), WORKERS, 0)) {
      interrupt(shards, OPTIONS, open(directory(), 1, 2, false), 1);
    }
    changeManifest(from, to);
    assertThatThrownBy(() -> open(directory(), 1, 2, true))
        .isInstanceOf(InputException.class)
        .hasMessageMatching("the checkpoint " + epoch(1) + " " + message);
  }

  private void changeManifest(String from, String to) throws IOException {
    Path manifest = epoch(1).resolve("manifest.json");
    String text = Files.readString(manifest);
    String changed = text.replaceFirst(from, to);
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(manifest, changed);
    Files.delete(manifest.resolveSibling(".manifest.json.crc"));
  }

  @Test
  void anOuterStepDoesNotGoOnWithoutItsVelocity() throws IOException {
    try (Shards shards = deal(frame(rows(), 3), WORKERS, 0)) {
      interrupt(shards, OPTIONS, open(directory(), 1, 2, false), 1);
      Path state = epoch(1).resolve("state.safetensors");
      byte[] bytes = Files.readAllBytes(state);
      String before = new String(bytes, StandardCharsets.ISO_8859_1);
      Files.write(
          state, before.replace("velocity", "velocitY").getBytes(StandardCharsets.ISO_8859_1));
      Files.delete(state.resolveSibling(".state.safetensors.crc"));
      changeManifest(
          DigestUtils.sha256Hex(bytes), DigestUtils.sha256Hex(Files.readAllBytes(state)));
      assertRefused(
          () -> train(shards, VAE, OPTIONS, open(directory(), 1, 2, true), TrainingListener.NONE),
          String.format(
              Locale.ROOT,
              "the checkpoint %s is damaged: its file state.safetensors has no tensor velocity",
              epoch(1)));
    }
  }

  @Test
  void divergenceLeavesTheLastCheckpointIntact() throws IOException {
    Architecture linear =
        new Architecture(
            INPUTS, List.of(), 3, Latent.DETERMINISTIC, Activation.IDENTITY, Activation.IDENTITY);
    TrainingOptions options = sgd(30, ROWS, 100, 0);
    try (Shards shards = deal(frame(rows(), 3), 1, 0)) {
      assertThatThrownBy(
              () ->
                  train(
                      shards,
                      linear,
                      options,
                      open(directory(), 1, 1, false),
                      TrainingListener.NONE))
          .isInstanceOf(TrainingDivergedException.class)
          .hasMessageMatching(
              "training diverged in epoch ([0-9]+), round 1: the loss is .*;"
                  + " lower stepSize \\(now 100.0\\) or set gradientClipNorm");
      assertThat(kept()).hasSize(1);
      Heard heard = new Heard();
      assertThatThrownBy(() -> train(shards, linear, options, open(directory(), 1, 1, true), heard))
          .isInstanceOf(TrainingDivergedException.class);
      assertThat(heard.resumed).isPositive();
      assertThat(heard.rounds).isEqualTo(1);
    }
  }
}
