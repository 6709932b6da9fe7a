package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** New images: from the prior, between two images, and from a table of latents. */
final class GenerateIT extends TrainedModels {
  @Test
  void generates() throws IOException {
    Path out = folder.resolve("out");
    Ran ran = generate("--model-dir", vae, "--count", 5, "--seed", 7, "--output", out);
    assertThat(ran.err()).contains("Generated 5 images of 28x28x1");
    assertThat(ran.exitCode()).isZero();
    try (var files = Files.list(out)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "0000.png", "0001.png", "0002.png", "0003.png", "0004.png", "sheet.png");
    }
    assertThat(ImageIO.read(out.resolve("0004.png").toFile()).getWidth()).isEqualTo(28);
    Path again = folder.resolve("again");
    generate("--model-dir", vae, "--count", 5, "--seed", 7, "--output", again);
    assertThat(again.resolve("0003.png")).hasSameBinaryContentAs(out.resolve("0003.png"));
  }

  private static BufferedImage picture(Path file) throws IOException {
    return ImageIO.read(file.toFile());
  }

  @Test
  void interpolates() throws IOException {
    for (Path model : new Path[] {autoencoder, vae}) {
      Path out = folder.resolve("between-" + model.getFileName());
      Ran ran =
          generate(
              "--model-dir",
              model,
              "--interpolate",
              "t10k-images-idx3-ubyte#0,t10k-images-idx3-ubyte#7",
              "--steps",
              6,
              "--input",
              IMAGES,
              "--output",
              out);
      assertThat(ran.err()).contains("Generated 6 images of 28x28x1");
      assertThat(ran.exitCode()).isZero();
      assertThat(picture(out.resolve("0005.png")).getHeight()).isEqualTo(28);
      assertThat(out.resolve("0006.png")).doesNotExist();
      // One row of images enlarged to 84 pixels, 4 between them.
      BufferedImage sheet = picture(out.resolve("sheet.png"));
      assertThat(sheet.getHeight()).isEqualTo(4 + 84 + 4);
      assertThat(sheet.getWidth()).isEqualTo(4 + 6 * (84 + 4));
    }
  }

  @Test
  void decodesATableOfLatents() throws IOException {
    Path embeddings = folder.resolve("embeddings");
    embed(
        "--model-dir",
        autoencoder,
        "--input",
        IMAGES,
        "--where",
        "index < 9",
        "--output",
        embeddings);
    Path out = folder.resolve("decoded");
    Ran ran = generate("--model-dir", autoencoder, "--latents", embeddings, "--output", out);
    assertThat(ran.err()).contains("Generated 9 images of 28x28x1");
    assertThat(ran.exitCode()).isZero();
    assertThat(out.resolve("0008.png")).exists();
    Path scores = folder.resolve("scores");
    score(
        "--model-dir", autoencoder, "--input", IMAGES, "--where", "index < 9", "--output", scores);
    assertRefused(
        generate(
            "--model-dir", autoencoder, "--latents", scores, "--output", folder.resolve("out")),
        scores
            + " has no column `latent`; it has id, label, reconstructionError, anomalyScore, prediction, index");
  }

  @Test
  void wrongOptions() throws IOException {
    Path out = folder.resolve("out");
    assertRefused(
        generate("--model-dir", vae, "--count", "0", "--output", out),
        "jobs/generate: --count must be from 1 to 100000, but is 0\n");
    assertRefused(
        generate("--model-dir", autoencoder, "--output", out),
        "jobs/generate: the model in "
            + autoencoder
            + " is an autoencoder, which has no prior to draw from: give --interpolate or --latents, or train with"
            + " jobs/train --model vae\n");
    assertRefused(
        generate("--model-dir", vae, "--steps", 4, "--output", out),
        "jobs/generate: --steps has no effect without --interpolate\n");
    assertRefused(
        generate("--model-dir", vae, "--interpolate", "a", "--input", IMAGES, "--output", out),
        "jobs/generate: --interpolate must be two different ids with a comma between them, but is 'a'\n");
    assertRefused(
        generate("--model-dir", vae, "--interpolate", "a,b", "--output", out),
        "jobs/generate: --interpolate needs --input: where the two images are\n");
    assertRefused(
        generate(
            "--model-dir",
            vae,
            "--interpolate",
            "a,b",
            "--input",
            IMAGES,
            "--steps",
            1,
            "--output",
            out),
        "jobs/generate: --steps must be from 2 to 100000, but is 1\n");
    assertRefused(
        generate(
            "--model-dir",
            vae,
            "--interpolate",
            "a,b",
            "--count",
            3,
            "--input",
            IMAGES,
            "--output",
            out),
        "jobs/generate: --count has no effect with --interpolate\n");
    assertRefused(
        generate("--model-dir", vae, "--interpolate", "a,b", "--input", IMAGES, "--output", out),
        "jobs/generate: no image has the id 'a'; ids are 't10k-images-idx3-ubyte#0', 't10k-images-idx3-ubyte#1', 't10k-images-idx3-ubyte#10', 't10k-images-idx3-ubyte#100', 't10k-images-idx3-ubyte#1000' and others\n");
  }
}
