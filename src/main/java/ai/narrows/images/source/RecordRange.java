package ai.narrows.images.source;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * Neighbouring images of one file, read by one task.
 *
 * @param file the file
 * @param name what the images' ids begin with
 * @param first index of the first image in the file
 * @param count number of images, at least 1
 */
record RecordRange(RecordFile file, String name, int first, int count) implements InputPartition {

  /**
   * Cuts a file between images into ranges as even as they can be, none above the target unless a
   * single image is; a gzip file, which cannot be entered in the middle, stays whole.
   *
   * @param targetBytes see {@link FileTable#targetBytes}
   */
  static List<RecordRange> split(RecordFile file, String name, long targetBytes) {
    int images = file.count();
    long rows = Math.max(1, targetBytes / file.recordLength());
    int ranges = file.images().gzip() ? Math.min(1, images) : (int) ((images + rows - 1) / rows);
    List<RecordRange> split = new ArrayList<>(ranges);
    for (int i = 0; i < ranges; i++) {
      int first = (int) ((long) images * i / ranges);
      int end = (int) ((long) images * (i + 1) / ranges);
      split.add(new RecordRange(file, name, first, end - first));
    }
    return split;
  }

  /** Whether the file's last image is in this range. */
  boolean endsFile() {
    return first + count == file.count();
  }
}
