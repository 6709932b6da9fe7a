package ai.narrows.distributed;

import org.apache.spark.Partitioner;

/** Sends a record to the partition that is its key. */
final class IndexPartitioner extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final int partitions;

  IndexPartitioner(int partitions) {
    this.partitions = partitions;
  }

  @Override
  public int numPartitions() {
    return partitions;
  }

  @Override
  public int getPartition(Object key) {
    return (Integer) key;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IndexPartitioner that && that.partitions == partitions;
  }

  @Override
  public int hashCode() {
    return partitions;
  }
}
