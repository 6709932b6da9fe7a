package ai.narrows.distributed;

import ai.narrows.distributed.HashedRows.Ranked;
import ai.narrows.train.PixelBlock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import scala.Tuple2;

/** The way of sorted rows to the blocks that they belong to. */
final class Blocks {
  private Blocks() {}

  /** Sends the rows of a range, sorted, to their blocks. */
  static Iterator<Tuple2<Integer, Packet>> byRank(
      Iterator<Tuple2<Integer, Packet>> packets, Cutting cutting, long offset, ShardPlan plan) {
    Iterator<Ranked> sorted = HashedRows.sorted(packets, cutting).iterator();
    return new PacketWriter(plan.partitions()) {
      private long first = offset; // rank of the image's first row
      private Cutting.Source image;
      private int next; // of its rows

      @Override
      boolean writeNext() {
        if (image == null || next == image.rows()) {
          first += next;
          next = 0;
          if (!sorted.hasNext()) {
            image = null;
            return false;
          }
          image = cutting.source(sorted.next());
        }
        long rank = first + next;
        ByteBuffer out = record(plan.partitionOf(rank), rank, cutting.recordBytes());
        if (!cutting.whole()) {
          out.putLong(first);
        }
        image.put(next++, out);
        return true;
      }
    };
  }

  /** Puts a block's packets side by side in the order of their ranks. */
  static PixelBlock block(
      Iterator<Tuple2<Integer, Packet>> packets, int partition, ShardPlan plan, Cutting cutting) {
    List<Packet> parts = new ArrayList<>();
    packets.forEachRemaining(packet -> parts.add(packet._2()));
    parts.sort(Comparator.comparingLong(Packet::first));
    int rows = parts.stream().mapToInt(Packet::rows).sum();
    if (rows != plan.rowsOf(partition)) {
      throw new IllegalStateException(
          "block "
              + partition
              + " holds "
              + rows
              + " rows, not "
              + plan.rowsOf(partition)
              + ": the input has changed while it was read");
    }
    int rowBytes = cutting.rowBytes();
    int width = cutting.input().size();
    ByteBuffer all = ByteBuffer.allocate(Math.multiplyExact(rows, rowBytes));
    long[] images = cutting.whole() ? null : new long[rows];
    for (Packet part : parts) {
      if (images == null) {
        all.put(part.data());
      } else {
        for (ByteBuffer in = ByteBuffer.wrap(part.data()); in.hasRemaining(); ) {
          images[all.position() / rowBytes] = in.getLong();
          all.put(part.data(), in.position(), rowBytes);
          in.position(in.position() + rowBytes);
        }
      }
    }
    long first = plan.firstRowOf(partition);
    if (cutting.bytes()) {
      return PixelBlock.ofBytes(first, rows, width, all.array()).of(images);
    }
    float[] floats = new float[rows * width];
    all.flip().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return PixelBlock.ofFloats(first, rows, width, floats).of(images);
  }
}
