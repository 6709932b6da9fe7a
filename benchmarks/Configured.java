import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderEstimator;
import ai.narrows.ml.VariationalAutoencoder;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/** Estimators from the files in {@code conf/}, whose keys are the options of {@code jobs/train}. */
final class Configured {
  private Configured() {}

  /**
   * The estimator that a file describes.
   *
   * @param others settings in the place of the file's: {@code KEY=VALUE;...}
   */
  static AutoencoderEstimator<?, ?> estimator(Path file, String others, long seed) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    }
    for (String pair : others.split(";")) {
      if (!pair.isEmpty()) {
        properties.setProperty(pair.split("=")[0], pair.split("=")[1]);
      }
    }
    Object model = properties.remove("model");
    AutoencoderEstimator<?, ?> estimator = "vae".equals(model) ? new VariationalAutoencoder() : new Autoencoder();
    for (String key : properties.stringPropertyNames()) {
      set(estimator, key, properties.getProperty(key).strip());
    }
    return estimator.setSeed(seed);
  }

  @SuppressWarnings("unchecked")
  private static void set(AutoencoderEstimator<?, ?> estimator, String key, String value) {
    Param<?> param = estimator.getParam(name(key));
    Object parsed = value;
    if (param instanceof IntArrayParam) {
      parsed = Arrays.stream(value.split(",")).filter(size -> !size.isEmpty()).mapToInt(Integer::parseInt).toArray();
    } else if (param instanceof StringArrayParam) {
      parsed = value.split(",");
    } else if (param instanceof DoubleArrayParam) {
      parsed = Arrays.stream(value.split(",")).mapToDouble(Double::parseDouble).toArray();
    } else if (param instanceof IntParam) {
      parsed = Integer.valueOf(value);
    } else if (param instanceof LongParam) {
      parsed = Long.valueOf(value);
    } else if (param instanceof DoubleParam) {
      parsed = Double.valueOf(value);
    }
    estimator.set((Param<Object>) param, parsed);
  }

  /** The param behind an option. */
  private static String name(String key) {
    List<String> words =
        switch (key) {
          case "latent" -> List.of("latentDim");
          case "workers" -> List.of("numWorkers");
          case "patch" -> List.of("patchSize");
          default -> List.of(key.split("-"));
        };
    StringBuilder name = new StringBuilder(words.get(0));
    for (String word : words.subList(1, words.size())) {
      name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    return name.toString();
  }
}
