package ai.narrows.distributed;

import org.apache.spark.Partition;

/** A partition that is known by its number alone. */
record Place(int index) implements Partition {}
