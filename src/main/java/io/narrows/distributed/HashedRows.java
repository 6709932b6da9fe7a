package io.narrows.distributed;

import io.narrows.images.HandleInvalid;
import io.narrows.images.ImageShape;
import io.narrows.images.InputException;
import io.narrows.images.InvalidImageException;
import io.narrows.images.PixelColumn;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.codec.digest.MurmurHash3;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * The first step of dealing: every image becomes a record {@code hash (16 bytes), id length, id,
 * pixels}, sent to the partition that holds its range of hashes. A row that is no image of the
 * expected shape is sent on as a problem instead of failing its task, so that the driver can name
 * the first one and nothing is tried again; where rows without a sound image are to be left out,
 * their number is sent on, so that every one counts once, however often its task runs.
 */
final class HashedRows implements FlatMapFunction<Iterator<Row>, Tuple2<Integer, Packet>> {
  private static final long serialVersionUID = 1L;
  private static final int HASH_SEED = 0;

  private final PixelColumn column;
  private final int idIndex;
  private final ImageShape shape;
  private final int partitions;
  private final HandleInvalid invalid;

  /**
   * Deals to partitions by hash.
   *
   * @param idIndex place of the id in the rows, -1 if there is none
   */
  HashedRows(
      PixelColumn column, int idIndex, ImageShape shape, int partitions, HandleInvalid invalid) {
    this.column = column;
    this.idIndex = idIndex;
    this.shape = shape;
    this.partitions = partitions;
    this.invalid = invalid;
  }

  /** Bytes of an image in records and blocks. */
  static int rowBytes(PixelColumn column, ImageShape shape) {
    return column.bytes() ? shape.size() : Math.multiplyExact(4, shape.size());
  }

  @Override
  public Iterator<Tuple2<Integer, Packet>> call(Iterator<Row> rows) {
    int width = shape.size();
    byte[] pixels = new byte[rowBytes(column, shape)];
    float[] floats = column.bytes() ? null : new float[width];
    ByteBuffer floatBytes = ByteBuffer.wrap(pixels).order(ByteOrder.LITTLE_ENDIAN);
    Iterator<Row> input = rows;
    return new PacketWriter(partitions) {
      private long skipped; // not yet told

      @Override
      boolean writeNext() {
        if (!input.hasNext()) {
          return skipped > 0 && tellSkipped();
        }
        Row row = input.next();
        String id = idIndex < 0 || row.isNullAt(idIndex) ? "" : row.get(idIndex).toString();
        try {
          if (floats == null) {
            column.readBytes(row, shape, pixels, 0);
          } else {
            column.readFloats(row, shape, floats, 0);
            floatBytes.asFloatBuffer().put(floats);
          }
        } catch (InputException e) {
          if (e instanceof InvalidImageException && invalid != HandleInvalid.ERROR) {
            skipped++;
          } else {
            add(Packet.ofProblem(new Problem(id, e.getMessage())));
          }
          return true;
        }
        byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
        long[] hash = MurmurHash3.hash128x64(pixels, 0, pixels.length, HASH_SEED);
        int target = (int) Math.multiplyHigh(hash[0] >>> 1, 2L * partitions);
        ByteBuffer out = record(target, 0, 20 + idBytes.length + pixels.length);
        out.putLong(hash[0]).putLong(hash[1]).putInt(idBytes.length).put(idBytes).put(pixels);
        return true;
      }

      private boolean tellSkipped() {
        add(Packet.ofSkipped(skipped));
        skipped = 0;
        return true;
      }
    };
  }

  /** A row that is no image of the expected shape. A plain class: Kryo cannot take records. */
  static final class Problem implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String id;
    private final String message;

    /**
     * Over these values; arrays are not copied.
     *
     * @param id of the row, empty if there is no id column
     * @param message goes on from the image's name
     */
    Problem(String id, String message) {
      this.id = id;
      this.message = message;
    }

    /** Of the row, empty if there is no id column. */
    String id() {
      return id;
    }

    /** Goes on from the image's name. */
    String message() {
      return message;
    }

    InputException toException() {
      return new InputException(
          (id.isEmpty() ? "a row's image " : "image '" + id + "' ") + message);
    }
  }

  /** A record read back: an index into the packet's bytes. */
  static final class Ranked {
    final byte[] data;
    final long hash1;
    final long hash2;
    final int idAt;
    final int idLength;
    final int pixelsAt;

    private Ranked(byte[] data, ByteBuffer in, int rowBytes) {
      this.data = data;
      hash1 = in.getLong();
      hash2 = in.getLong();
      idLength = in.getInt();
      idAt = in.position();
      pixelsAt = idAt + idLength;
      in.position(pixelsAt + rowBytes);
    }

    /** Order by hash, ties by id. */
    static int compare(Ranked a, Ranked b) {
      int order = Long.compareUnsigned(a.hash1, b.hash1);
      if (order == 0) {
        order = Long.compareUnsigned(a.hash2, b.hash2);
      }
      return order != 0
          ? order
          : Arrays.compareUnsigned(
              a.data, a.idAt, a.idAt + a.idLength, b.data, b.idAt, b.idAt + b.idLength);
    }
  }

  /** The records of a partition in the order of their rank. */
  static List<Ranked> sorted(Iterator<Tuple2<Integer, Packet>> packets, int rowBytes) {
    List<Ranked> records = new ArrayList<>();
    while (packets.hasNext()) {
      records.addAll(records(packets.next()._2(), rowBytes));
    }
    records.sort(Ranked::compare);
    return records;
  }

  /** The records of a packet as they stand in it. */
  static List<Ranked> records(Packet packet, int rowBytes) {
    List<Ranked> records = new ArrayList<>(packet.rows());
    ByteBuffer in = ByteBuffer.wrap(packet.data());
    while (in.hasRemaining()) {
      records.add(new Ranked(packet.data(), in, rowBytes));
    }
    return records;
  }
}
