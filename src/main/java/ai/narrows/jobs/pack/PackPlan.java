package ai.narrows.jobs.pack;

import java.util.Map;

/**
 * How images are dealt out to files and chunks: a function of images, options and task slots alone.
 *
 * @param imageBytes pixels of an image, in bytes
 * @param perFile images in a file, which one task writes
 * @param perChunk images that are written before they are recorded: a few files for every task slot
 */
public record PackPlan(long imageBytes, int perFile, int perChunk) {
  /** A task's list of names comes in one message. */
  private static final int MOST_PER_FILE = 250_000;

  /** Pixels below which a file is not made smaller for the sake of idle task slots. */
  private static final long SMALLEST_SHARE = 8 << 20;

  /** What a row group holds: tasks that write or read have one of them in memory. */
  private static final long GROUP_BYTES = 32 << 20;

  private static final long PAGE_BYTES = 1 << 20;

  /**
   * Files of the size that was asked for, and chunks that keep all slots busy.
   *
   * @param images how many there are
   * @param readBytes what reading them costs, told in bytes
   * @param imageBytes pixels of an image, in bytes
   * @param fileBytes pixels of a file, in bytes
   * @param slots tasks that run at once
   * @param chunkBytes what reading a chunk may cost each slot
   */
  public static PackPlan of(
      int images, long readBytes, long imageBytes, long fileBytes, int slots, long chunkBytes) {
    long share = Math.max((images - 1) / slots + 1, SMALLEST_SHARE / imageBytes);
    long wanted = Math.min(MOST_PER_FILE, fileBytes / imageBytes);
    int perFile = (int) Math.max(1, Math.min(wanted, share));
    double costOfFile = (double) readBytes / images * perFile;
    long filesPerSlot = Math.max(1, (long) (chunkBytes / costOfFile));
    long perChunk = Math.min(images, filesPerSlot * slots * perFile);
    return new PackPlan(imageBytes, perFile, (int) perChunk);
  }

  /** Options of Spark's Parquet writer for files of such images. */
  public Map<String, String> parquet(String compression) {
    long perGroup = Math.max(1, GROUP_BYTES / imageBytes);
    long perPage = Math.max(1, Math.min(100, PAGE_BYTES / imageBytes));
    return Map.of(
        "compression",
        compression,
        "maxRecordsPerFile",
        "0",
        "parquet.block.size",
        Long.toString(4 * GROUP_BYTES), // rows decide
        "parquet.block.row.count.limit",
        Long.toString(Math.min(perGroup, Integer.MAX_VALUE)),
        "parquet.page.size.row.check.min",
        Long.toString(perPage),
        "parquet.enable.dictionary#image.data",
        "false",
        "mapreduce.fileoutputcommitter.marksuccessfuljobs",
        "false");
  }
}
