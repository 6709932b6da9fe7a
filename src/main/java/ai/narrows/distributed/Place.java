package ai.narrows.distributed;

import java.util.stream.IntStream;
import org.apache.spark.Partition;

/** A partition that is known by its number alone. */
record Place(int index) implements Partition {

  /** The partitions of an RDD that has so many. */
  static Partition[] upTo(int partitions) {
    return IntStream.range(0, partitions).mapToObj(Place::new).toArray(Partition[]::new);
  }
}
