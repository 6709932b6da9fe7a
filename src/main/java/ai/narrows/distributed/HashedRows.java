package ai.narrows.distributed;

import ai.narrows.images.HandleInvalid;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.InvalidImageException;
import ai.narrows.images.OutOfRangeException;
import ai.narrows.images.RowIds;
import ai.narrows.images.pixels.PatchGrid;
import ai.narrows.images.pixels.PatchedImage;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.message.Message;
import ai.narrows.message.Shipped;
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
 * The first step of dealing: every image becomes a record {@code hash (16 bytes), id length,
 * height, width, id, pixels}, sent to the partition that holds its range of hashes. An image that
 * will be cut goes there in one piece, so that its patches have one rank and travel once. A row
 * that is no image of the expected shape is sent on as a problem instead of failing its task, so
 * that the driver can name the first one and nothing is tried again; where rows without a sound
 * image are to be left out, their number is sent on, so that every one counts once, however often
 * its task runs.
 */
final class HashedRows implements FlatMapFunction<Iterator<Row>, Tuple2<Integer, Packet>> {
  private static final long serialVersionUID = 1L;
  private static final int HEADER = 28; // bytes before the id

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

  @Override
  public Iterator<Tuple2<Integer, Packet>> call(Iterator<Row> rows) {
    Cutting cutting = Cutting.of(column, shape);
    Iterator<Row> input = rows;
    return new PacketWriter(partitions) {
      private long skipped; // not yet told, and so are the others
      private long outside;
      private Problem firstOutside;
      private byte[] floatBytes = new byte[0];

      @Override
      boolean writeNext() {
        if (!input.hasNext()) {
          return skipped > 0 && tellSkipped();
        }
        Row row = input.next();
        String id = idIndex < 0 || row.isNullAt(idIndex) ? "" : RowIds.text(row.get(idIndex));
        PatchedImage image;
        try {
          image = column.read(row, shape);
        } catch (InputException e) {
          if (e instanceof InvalidImageException && invalid != HandleInvalid.ERROR) {
            skipped++;
            if (e instanceof OutOfRangeException) {
              outside++;
              firstOutside = firstOutside == null ? new Problem(id, e.told()) : firstOutside;
            }
          } else {
            add(Packet.ofProblem(new Problem(id, e.told())));
          }
          return true;
        }
        ImageShape whole = image.grid().image();
        int length = cutting.bytesOf(whole.size());
        byte[] pixels = column.bytes() ? image.bytes() : littleEndian(image.floats(), length);
        byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
        int seed = cutting.whole() ? 0 : whole.height(); // the same pixels may be of many shapes
        long[] hash = MurmurHash3.hash128x64(pixels, 0, length, seed);
        int target = (int) Math.multiplyHigh(hash[0] >>> 1, 2L * partitions);
        int size = Math.addExact(HEADER + idBytes.length, length);
        ByteBuffer out = record(target, 0, size);
        out.putLong(hash[0]).putLong(hash[1]).putInt(idBytes.length);
        out.putInt(whole.height()).putInt(whole.width()).put(idBytes).put(pixels, 0, length);
        return true;
      }

      private byte[] littleEndian(float[] floats, int length) {
        floatBytes = floatBytes.length < length ? new byte[length] : floatBytes;
        ByteBuffer.wrap(floatBytes)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .put(floats, 0, length / Float.BYTES);
        return floatBytes;
      }

      private boolean tellSkipped() {
        add(Packet.ofSkipped(skipped, outside, firstOutside));
        skipped = 0;
        return true;
      }
    };
  }

  /** A row that is no image of the expected shape. */
  static final class Problem implements Shipped {
    private static final long serialVersionUID = 1L;

    private final String id;
    private final Message message;

    /**
     * Over these values; arrays are not copied.
     *
     * @param id of the row, empty if there is no id column
     * @param message goes on from the image's name
     */
    Problem(String id, Message message) {
      this.id = id;
      this.message = message;
    }

    /** Of the row, empty if there is no id column. */
    String id() {
      return id;
    }

    /** Goes on from the image's name. */
    Message message() {
      return message;
    }

    InputException toException() {
      String name = id.isEmpty() ? "a row's image" : "image '" + id + "'";
      return new InputException(Message.of("%s %s", name, message));
    }
  }

  /** A record read back: an index into the packet's bytes. */
  static final class Ranked {
    final byte[] data;
    final long hash1;
    final long hash2;
    final int idAt;
    final int idLength;
    final int height;
    final int width;
    final int pixelsAt;
    final int rows;

    private Ranked(byte[] data, ByteBuffer in, Cutting cutting) {
      this.data = data;
      hash1 = in.getLong();
      hash2 = in.getLong();
      idLength = in.getInt();
      height = in.getInt();
      width = in.getInt();
      idAt = in.position();
      pixelsAt = idAt + idLength;
      PatchGrid grid = cutting.grid(height, width);
      rows = grid.count();
      in.position(pixelsAt + cutting.imageBytes(height, width));
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
  static List<Ranked> sorted(Iterator<Tuple2<Integer, Packet>> packets, Cutting cutting) {
    List<Ranked> records = new ArrayList<>();
    while (packets.hasNext()) {
      records.addAll(records(packets.next()._2(), cutting));
    }
    records.sort(Ranked::compare);
    return records;
  }

  /** The records of a packet as they stand in it. */
  static List<Ranked> records(Packet packet, Cutting cutting) {
    List<Ranked> records = new ArrayList<>(packet.rows());
    ByteBuffer in = ByteBuffer.wrap(packet.data());
    while (in.hasRemaining()) {
      records.add(new Ranked(packet.data(), in, cutting));
    }
    return records;
  }
}
