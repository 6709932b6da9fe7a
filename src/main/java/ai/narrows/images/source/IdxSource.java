package ai.narrows.images.source;

import ai.narrows.images.InputException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Spark's data source {@code idx}: IDX files of uint8 images (MNIST's format), [n, height, width]
 * grey or [n, height, width, 3] in RGB, plain or gzip. Paths may be files, directories and
 * patterns.
 *
 * <p>Columns: {@code id} (string: the file's name without {@code .gz}, {@code #}, the index; where
 * files of the same name are read, their directories' names stand before it), {@code index}
 * (bigint: 0-based in the file), {@code label} (int; only where a labels file stands beside the
 * images, named {@code labels} for {@code images} and {@code idx1} for {@code idx3}), {@code image}
 * (Spark's image struct).
 *
 * <p>Headers, lengths and labels are checked when the DataFrame is made; what is wrong ends in an
 * {@link InputException}. Plain files are read in parallel ranges, a gzip file by one task.
 */
public final class IdxSource extends RecordSource {

  /** For Spark, which makes data sources by their name. */
  public IdxSource() {}

  @Override
  public String shortName() {
    return "idx";
  }

  @Override
  RecordFiles.Format format(CaseInsensitiveStringMap options) {
    return new Idx();
  }

  private static final class Idx implements RecordFiles.Format {

    @Override
    public String what() {
      return "IDX files of images";
    }

    @Override
    public boolean holdsImages(FileStatus status, Configuration conf) throws IOException {
      return IdxFile.holdsImages(status, conf);
    }

    @Override
    public RecordFile open(FileStatus status, Configuration conf) throws IOException {
      return IdxFile.open(status, conf);
    }

    @Override
    public void checkAlike(RecordFile first, RecordFile other) {
      IdxFile.checkAlike(first, other);
    }
  }
}
