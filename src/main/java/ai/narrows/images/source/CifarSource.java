package ai.narrows.images.source;

import ai.narrows.images.InputException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Spark's data source {@code cifar}: the binary version of CIFAR-10 and CIFAR-100, colour images of
 * 32x32, plain or gzip. Paths may be files, directories and patterns; of a directory those files
 * are read that are called as the sets' own: {@code data_batch_1.bin}, {@code test_batch.bin},
 * {@code train.bin}, {@code test.bin}.
 *
 * <p>Columns: {@code id} (string: the file's name without {@code .gz}, {@code #}, the index; where
 * files of the same name are read, their directories' names stand before it), {@code index}
 * (bigint: 0-based in the file), {@code label} (int; of CIFAR-100 the fine one), {@code
 * coarseLabel} (int; CIFAR-100 only), {@code labelName} (string; only where {@code
 * batches.meta.txt} or {@code fine_label_names.txt} stands beside the files), {@code image}
 * (Spark's image struct).
 *
 * <p>Option {@code variant}: {@code cifar10} or {@code cifar100}; by default the length of a file
 * tells which. Lengths are checked when the DataFrame is made; what is wrong ends in an {@link
 * InputException}. Plain files are read in parallel ranges, a gzip file by one task.
 */
public final class CifarSource extends RecordSource {

  private static final Pattern NAME =
      Pattern.compile("(.*_batch(_[0-9]+)?|train|test)\\.bin(\\.gz)?");

  /** For Spark, which makes data sources by their name. */
  public CifarSource() {}

  /** Whether a file of this name is taken for one of CIFAR's. */
  public static boolean accepts(String name) {
    return NAME.matcher(name.toLowerCase(Locale.ROOT)).matches();
  }

  @Override
  public String shortName() {
    return "cifar";
  }

  @Override
  List<String> ownOptions() {
    return List.of("variant");
  }

  @Override
  RecordFiles.Format format(CaseInsensitiveStringMap options) {
    String variant = options.getOrDefault("variant", "");
    return switch (variant) {
      case "" -> new Cifar(null);
      case "cifar10" -> new Cifar(CifarFile.Variant.CIFAR10);
      case "cifar100" -> new Cifar(CifarFile.Variant.CIFAR100);
      default ->
          throw new InputException("option variant must be cifar10 or cifar100, but is " + variant);
    };
  }

  /**
   * The format.
   *
   * @param variant that the user asks for, or null
   */
  private record Cifar(CifarFile.Variant variant) implements RecordFiles.Format {

    @Override
    public String what() {
      return "CIFAR files (data_batch_1.bin, test_batch.bin, train.bin, test.bin)";
    }

    @Override
    public boolean holdsImages(FileStatus status, Configuration conf) {
      return accepts(status.getPath().getName());
    }

    @Override
    public RecordFile open(FileStatus status, Configuration conf) throws IOException {
      return CifarFile.open(status, variant, conf);
    }

    @Override
    public void checkAlike(RecordFile first, RecordFile other) {
      CifarFile.checkAlike((CifarFile) first, (CifarFile) other);
    }
  }
}
