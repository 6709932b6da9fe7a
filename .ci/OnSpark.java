import ai.narrows.ml.Autoencoder;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * For .ci/matrix: runs jobs one after the other in the session that it has made, as a JAR task on a
 * managed platform does. One job in a line of the file that is its argument: a name such as Train
 * and the options, separated by tabs. Three more names are its own: Pipeline makes and saves a
 * PipelineModel, Load loads one, and both print what it scores; Shorten removes a training's newest
 * two checkpoints.
 */
public final class OnSpark {
  private OnSpark() {}

  /** Runs them. */
  public static void main(String[] args) throws Exception {
    SparkSession spark = SparkSession.builder().appName("matrix").getOrCreate();
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      String[] words = line.split("\t", -1);
      System.out.println("$ " + String.join(" ", words));
      String[] options = Arrays.copyOfRange(words, 1, words.length);
      switch (words[0]) {
        case "Pipeline" -> {
          save(spark, options[0], options[1]);
          score(spark, options[0], options[1]);
        }
        case "Load" -> score(spark, options[0], options[1]);
        case "Shorten" -> shorten(Path.of(options[0]));
        default ->
            Class.forName("ai.narrows.jobs." + words[0])
                .getMethod("main", String[].class)
                .invoke(null, (Object) options);
      }
    }
    if (spark.range(3).count() != 3) {
      throw new IllegalStateException("the session is of no use any more");
    }
    spark.stop();
  }

  private static void save(SparkSession spark, String path, String images) throws IOException {
    Autoencoder autoencoder =
        new Autoencoder()
            .setHidden(new int[] {16})
            .setLatentDim(4)
            .setEpochs(2)
            .setNumWorkers(2)
            .setSeed(7);
    new Pipeline()
        .setStages(new PipelineStage[] {autoencoder})
        .fit(spark.read().format("idx").load(images).where("index < 300"))
        .write()
        .overwrite()
        .save(path);
  }

  private static void score(SparkSession spark, String path, String images) {
    Dataset<Row> rows =
        spark.read().format("idx").load(images).where("index >= 300 AND index < 400");
    List<String> scores =
        PipelineModel.load(path)
            .transform(rows)
            .select("index", "anomalyScore")
            .collectAsList()
            .stream()
            .map(row -> row.get(0) + " " + row.getDouble(1))
            .sorted()
            .toList();
    System.out.println("pipeline " + path + " scores " + Integer.toHexString(scores.hashCode()));
  }

  private static void shorten(Path checkpoints) throws IOException {
    List<Path> all;
    try (Stream<Path> found = Files.list(checkpoints)) {
      all = found.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList();
    }
    for (Path newest : all.subList(0, 2)) {
      Files.walkFileTree(
          newest,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException fault)
                throws IOException {
              Files.delete(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    }
  }
}
