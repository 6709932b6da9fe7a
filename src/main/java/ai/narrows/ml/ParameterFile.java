package ai.narrows.ml;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * The Parquet file of a model's parameters, read as {@link ModelWriter} has it written and in no
 * other way: rows {@code offset bigint, values binary}, plain, neither compressed nor with a
 * dictionary. Nothing is allocated beyond what the file is long, whatever it says of itself.
 */
final class ParameterFile {
  /** The most that headers, footer and indexes may add to the parameters. */
  private static final int OVERHEAD_BYTES = 1 << 20;

  private static final int FOOTER_BYTES = 1 << 18;
  private static final int PAGE_HEADER_BYTES = 1 << 16;
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final int TAIL_BYTES = Integer.BYTES + MAGIC.length; // length of the footer, magic
  private static final int BIGINT = 2;
  private static final int BINARY = 6;

  private final FSDataInputStream in;
  private final byte[] bytes; // [4 parameters], filled in the order of the rows
  private int at;

  private ParameterFile(FSDataInputStream in, int length) {
    this.in = in;
    this.bytes = new byte[length];
  }

  /**
   * Reads them.
   *
   * @param parameters how many there must be
   * @return little-endian float32
   * @throws IllegalArgumentException if the file is damaged; the message goes on from "is damaged:"
   */
  static byte[] read(FileSystem files, FileStatus file, int parameters) throws IOException {
    long length = file.getLen();
    long expected = (long) parameters * Float.BYTES;
    if (length < expected
        || length > expected + OVERHEAD_BYTES
        || expected > Integer.MAX_VALUE - OVERHEAD_BYTES) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%d bytes of data for %d parameters", length, parameters));
    }
    try (FSDataInputStream in = files.open(file.getPath())) {
      ByteBuffer tail = at(in, length - TAIL_BYTES, TAIL_BYTES);
      int footerLength = tail.getInt();
      require(tail.equals(ByteBuffer.wrap(MAGIC)), "is no Parquet file");
      long end = length - TAIL_BYTES - footerLength;
      require(
          footerLength > 0 && footerLength <= FOOTER_BYTES && end >= MAGIC.length,
          "has a footer of " + footerLength + " bytes");
      ThriftStruct footer = ThriftStruct.read(at(in, end, footerLength));
      checkSchema(footer.structs(2));
      ParameterFile reading = new ParameterFile(in, (int) expected);
      long rows = (expected + ModelFormat.CHUNK_BYTES - 1) / ModelFormat.CHUNK_BYTES;
      for (ThriftStruct group : footer.structs(4)) {
        rows -= reading.read(group, end, rows);
      }
      require(
          reading.at == expected,
          "has " + reading.at + " bytes of parameters instead of " + expected);
      return reading.bytes;
    }
  }

  private static void checkSchema(List<ThriftStruct> schema) {
    require(
        schema.size() == 3
            && schema.get(0).number(5) == 2
            && isColumn(schema.get(1), "offset", BIGINT)
            && isColumn(schema.get(2), "values", BINARY),
        "has other columns than offset bigint, values binary");
  }

  private static boolean isColumn(ThriftStruct element, String name, int type) {
    return element.text(4).equals(name)
        && element.has(1)
        && element.number(1) == type
        && element.number(3) == 0; // required
  }

  /** Bytes of the file. */
  private static ByteBuffer at(FSDataInputStream in, long position, int length) throws IOException {
    require(position >= 0, "is cut off");
    byte[] part = new byte[length];
    in.readFully(position, part);
    return ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads a row group.
   *
   * @param end of what column chunks may take
   * @param most rows
   * @return number of rows
   */
  private long read(ThriftStruct group, long end, long most) throws IOException {
    long rows = group.number(3);
    require(rows > 0 && rows <= most, "has more or fewer rows than its parameters take");
    List<ThriftStruct> columns = group.structs(1);
    require(columns.size() == 2, "has a row group of " + columns.size() + " columns");
    long[] offsets = new long[(int) rows];
    pages(
        columns.get(0),
        BIGINT,
        end,
        offsets.length,
        (from, n, pageEnd) -> {
          require(pageEnd - in.getPos() == (long) n * Long.BYTES, "has a page of the wrong size");
          for (int i = from; i < from + n; i++) {
            offsets[i] = Long.reverseBytes(in.readLong());
          }
        });
    pages(
        columns.get(1),
        BINARY,
        end,
        offsets.length,
        (from, n, pageEnd) -> {
          for (int i = from; i < from + n; i++) {
            require(pageEnd - in.getPos() >= Integer.BYTES, "has a page of the wrong size");
            int length = Integer.reverseBytes(in.readInt());
            require(
                length > 0
                    && length % Float.BYTES == 0
                    && length <= pageEnd - in.getPos()
                    && length <= bytes.length - at
                    && offsets[i] == at / Float.BYTES,
                "has a gap in its parameters");
            in.readFully(bytes, at, length);
            at += length;
          }
          require(in.getPos() == pageEnd, "has a page of the wrong size");
        });
    return rows;
  }

  private interface Page {
    /**
     * Reads values from the file's position on.
     *
     * @param from row of the first
     */
    void read(int from, int n, long end) throws IOException;
  }

  private void pages(ThriftStruct column, int type, long end, int rows, Page page)
      throws IOException {
    ThriftStruct chunk = column.struct(3);
    require(
        chunk.number(1) == type && chunk.number(4) == 0 && !chunk.has(11),
        "is compressed, or has a dictionary");
    long position = chunk.number(9);
    long size = chunk.number(7);
    require(
        position >= MAGIC.length && position <= end && size > 0 && size <= end - position,
        "has a column outside of it");
    long chunkEnd = position + size;
    for (int row = 0; row < rows; ) {
      ByteBuffer head = at(in, position, (int) Math.min(PAGE_HEADER_BYTES, chunkEnd - position));
      ThriftStruct header = ThriftStruct.read(head);
      position += head.position();
      require(header.number(1) == 0 && header.has(5), "has a page that is none of data");
      ThriftStruct data = header.struct(5);
      long bytes = header.number(3);
      long values = data.number(1);
      require(header.number(2) == bytes && data.number(2) == 0, "has a page that is not plain");
      require(
          bytes >= 0 && bytes <= chunkEnd - position && values > 0 && values <= rows - row,
          "has a page of the wrong size");
      in.seek(position);
      page.read(row, (int) values, position + bytes);
      position += bytes;
      row += (int) values;
    }
    require(position == chunkEnd, "has a column of the wrong size");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException("its data file " + otherwise);
    }
  }
}
