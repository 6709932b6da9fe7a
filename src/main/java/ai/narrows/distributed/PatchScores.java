package ai.narrows.distributed;

import ai.narrows.message.Shipped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/** Scores of patches, each with the number of its image, or of whole images, without. */
final class PatchScores implements Shipped {
  private static final long serialVersionUID = 1L;
  private static final long MIX = 0x9e3779b97f4a7c15L; // 2^64 over the golden ratio

  private final long[] images;
  private final double[] scores;

  /**
   * Over these arrays, which are not copied.
   *
   * @param images [patches], null where every row is an image
   * @param scores [patches]
   */
  PatchScores(long[] images, double[] scores) {
    this.images = images;
    this.scores = scores;
  }

  /** The scores alone [patches]. */
  double[] scores() {
    return scores;
  }

  /**
   * The scores of images whose patches lie in many shards.
   *
   * @param quantile which of its patches' scores an image has, see {@link Ranks#quantile}
   * @return every image's score once, in chunks
   */
  static JavaRDD<double[]> ofImages(JavaRDD<PatchScores> patches, double quantile) {
    int partitions = patches.getNumPartitions();
    return patches
        .flatMapToPair(batch -> batch.dealt(partitions))
        .partitionBy(new IndexPartitioner(partitions))
        .values()
        .mapPartitions(batches -> List.of(grouped(batches, quantile)).iterator());
  }

  /** One part for each partition that has some of these patches' images. */
  private Iterator<Tuple2<Integer, PatchScores>> dealt(int partitions) {
    int[] targets =
        Arrays.stream(images)
            .mapToInt(image -> (int) Math.multiplyHigh((image * MIX) >>> 1, 2L * partitions))
            .toArray();
    List<Tuple2<Integer, PatchScores>> parts = new ArrayList<>();
    for (int target : Arrays.stream(targets).distinct().toArray()) {
      int[] rows = IntStream.range(0, targets.length).filter(r -> targets[r] == target).toArray();
      parts.add(
          new Tuple2<>(
              target,
              new PatchScores(
                  Arrays.stream(rows).mapToLong(r -> images[r]).toArray(),
                  Arrays.stream(rows).mapToDouble(r -> scores[r]).toArray())));
    }
    return parts.iterator();
  }

  private static double[] grouped(Iterator<PatchScores> batches, double quantile) {
    record Scored(long image, double score) {}
    List<Scored> all = new ArrayList<>();
    batches.forEachRemaining(
        batch -> {
          for (int i = 0; i < batch.images.length; i++) {
            all.add(new Scored(batch.images[i], batch.scores[i]));
          }
        });
    all.sort(Comparator.comparingLong(Scored::image));
    double[] images = new double[all.size()];
    int count = 0;
    for (int from = 0, to; from < all.size(); from = to) {
      to = from;
      while (to < all.size() && all.get(to).image == all.get(from).image) {
        to++;
      }
      double[] patches = all.subList(from, to).stream().mapToDouble(Scored::score).toArray();
      images[count++] = Ranks.quantile(patches, quantile);
    }
    return Arrays.copyOf(images, count);
  }
}
