package ai.narrows.distributed;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import scala.Tuple2;

/**
 * Collects records into packets per target partition, lazily: packets leave as they fill up, so
 * that a task holds a bounded number of bytes whatever the size of its input.
 */
abstract class PacketWriter implements Iterator<Tuple2<Integer, Packet>> {
  private static final int PACKET_BYTES = 1 << 20;
  private static final long TASK_BYTES = 64L << 20;

  private final Open[] open;
  private final Deque<Tuple2<Integer, Packet>> ready = new ArrayDeque<>();
  private final int packetBytes;
  private boolean done;

  private static final class Open {
    private ByteBuffer buffer;
    private long first;
    private int rows;
  }

  PacketWriter(int targets) {
    open = new Open[targets];
    packetBytes = (int) Math.max(4096, Math.min(PACKET_BYTES, TASK_BYTES / targets));
  }

  /**
   * Writes the next record with {@link #record} or another packet with {@link #add}; false at the
   * end of the input.
   */
  abstract boolean writeNext();

  /**
   * Room for one record, to be filled completely.
   *
   * @param place of the record among its target's, kept for the first of a packet
   */
  final ByteBuffer record(int target, long place, int bytes) {
    if (open[target] == null) {
      open[target] = new Open();
    }
    Open packet = open[target];
    if (packet.buffer != null && packet.buffer.remaining() < bytes) {
      close(target);
    }
    if (packet.buffer == null) {
      packet.buffer = ByteBuffer.allocate(Math.max(packetBytes, bytes));
      packet.first = place;
      packet.rows = 0;
    }
    packet.rows++;
    return packet.buffer;
  }

  /** Sends a packet without records, which may go anywhere. */
  final void add(Packet packet) {
    ready.add(new Tuple2<>(0, packet));
  }

  private void close(int target) {
    Open packet = open[target];
    byte[] data = new byte[packet.buffer.position()];
    packet.buffer.flip().get(data);
    ready.add(new Tuple2<>(target, Packet.ofRecords(packet.first, packet.rows, data)));
    packet.buffer = null;
  }

  @Override
  public final boolean hasNext() {
    while (ready.isEmpty() && !done) {
      if (!writeNext()) {
        done = true;
        for (int target = 0; target < open.length; target++) {
          if (open[target] != null && open[target].buffer != null) {
            close(target);
          }
        }
      }
    }
    return !ready.isEmpty();
  }

  @Override
  public final Tuple2<Integer, Packet> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.poll();
  }
}
