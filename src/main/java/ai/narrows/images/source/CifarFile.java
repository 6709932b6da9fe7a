package ai.narrows.images.source;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * A checked file of CIFAR's binary version.
 *
 * @param images the file: records of labels, then red, green and blue [32, 32] each
 * @param variant which of the two
 * @param count number of records
 * @param names of the labels, where a file of them stands beside it, otherwise empty
 */
record CifarFile(DataFile images, Variant variant, int count, List<String> names)
    implements RecordFile {

  private static final ImageShape SHAPE = new ImageShape(32, 32, 3);
  private static final int PLANE = 32 * 32;

  /** Which of the two sets. */
  enum Variant {
    CIFAR10,
    CIFAR100;

    /** The columns of labels in the order of a record's bytes. */
    List<String> labels() {
      return this == CIFAR10 ? List.of("label") : List.of("coarseLabel", "label");
    }

    String namesFile() {
      return this == CIFAR10 ? "batches.meta.txt" : "fine_label_names.txt";
    }

    int recordLength() {
      return labels().size() + SHAPE.size();
    }

    /** Number of classes that a label tells apart. */
    int classes(String column) {
      return this == CIFAR10 ? 10 : column.equals("label") ? 100 : 20;
    }

    @Override
    public String toString() {
      return this == CIFAR10 ? "cifar10" : "cifar100";
    }
  }

  /**
   * Opens a file; its length tells the variant where the user does not.
   *
   * @param asked the variant, or null
   * @throws InputException if the length fits neither, or both
   */
  static CifarFile open(FileStatus status, Variant asked, Configuration conf) throws IOException {
    DataFile file = DataFile.of(status, conf);
    long length = file.contentLength(conf);
    Variant variant = asked == null ? variant(file, length) : asked;
    long count = length / variant.recordLength();
    if (length == 0 || length % variant.recordLength() != 0 || count > Integer.MAX_VALUE) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s has %d bytes, but %s has records of %d",
              file.path(),
              length,
              variant,
              variant.recordLength()));
    }
    return new CifarFile(file, variant, (int) count, names(file, variant, conf));
  }

  private static Variant variant(DataFile file, long length) {
    boolean ten = length % Variant.CIFAR10.recordLength() == 0;
    boolean hundred = length % Variant.CIFAR100.recordLength() == 0;
    if (ten == hundred) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s has %d bytes, which is a multiple of %s: %d (cifar10), %d (cifar100)%s",
              file.path(),
              length,
              ten ? "both" : "neither",
              Variant.CIFAR10.recordLength(),
              Variant.CIFAR100.recordLength(),
              ten ? "; say which with the option variant" : ""));
    }
    return ten ? Variant.CIFAR10 : Variant.CIFAR100;
  }

  private static List<String> names(DataFile file, Variant variant, Configuration conf)
      throws IOException {
    Path path = PathName.child(file.path().getParent(), variant.namesFile());
    FileSystem fs = path.getFileSystem(conf);
    if (!fs.exists(path)) {
      return List.of();
    }
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(fs.open(path), StandardCharsets.UTF_8))) {
      List<String> names = lines.lines().map(String::strip).filter(s -> !s.isEmpty()).toList();
      if (names.size() != variant.classes("label")) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "%s has %d names, but %s has %d classes",
                path,
                names.size(),
                variant,
                variant.classes("label")));
      }
      return names;
    }
  }

  /**
   * Makes sure that files read together have the same columns.
   *
   * @throws InputException if they are of both variants, or not all have names
   */
  static void checkAlike(CifarFile first, CifarFile other) {
    if (first.variant != other.variant) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "all files must be of one variant, but %s is %s and %s is %s",
              first.images.path(),
              first.variant,
              other.images.path(),
              other.variant));
    }
    if (first.names.isEmpty() != other.names.isEmpty()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s must stand beside all files or none, but it stands beside %s and not beside %s",
              first.variant.namesFile(),
              (first.names.isEmpty() ? other : first).images.path(),
              (first.names.isEmpty() ? first : other).images.path()));
    }
  }

  @Override
  public long start() {
    return 0;
  }

  @Override
  public int recordLength() {
    return variant.recordLength();
  }

  @Override
  public ImageShape shape() {
    return SHAPE;
  }

  /** Planes of red, green and blue become pixels of blue, green, red. */
  @Override
  public byte[] pixels(byte[] record) {
    byte[] pixels = new byte[SHAPE.size()];
    int at = variant.labels().size();
    for (int i = 0; i < PLANE; i++) {
      for (int c = 0; c < 3; c++) {
        pixels[3 * i + c] = record[at + (2 - c) * PLANE + i];
      }
    }
    return pixels;
  }

  /** {@code label}, then {@code coarseLabel} and {@code labelName} where there are such. */
  @Override
  public List<StructField> labelColumns() {
    StructType columns = new StructType().add("label", DataTypes.IntegerType, false);
    if (variant == Variant.CIFAR100) {
      columns = columns.add("coarseLabel", DataTypes.IntegerType, false);
    }
    if (!names.isEmpty()) {
      columns = columns.add("labelName", DataTypes.StringType, false);
    }
    return List.of(columns.fields());
  }

  @Override
  public DataFile labels() {
    return null;
  }

  @Override
  public long labelsStart() {
    return 0;
  }

  @Override
  public Object label(String column, byte[] bytes, long index) {
    boolean named = column.equals("labelName");
    String name = named ? "label" : column;
    int label = bytes[variant.labels().indexOf(name)] & 0xff;
    if (label >= variant.classes(name)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s: image %d has the %s %d, but %s has %d classes",
              images.path(),
              index,
              name,
              label,
              variant,
              variant.classes(name)));
    }
    return named ? UTF8String.fromString(names.get(label)) : (Object) label;
  }
}
