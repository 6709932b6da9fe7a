package ai.narrows.images.source;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.decode.ImageDecoder;
import ai.narrows.message.Message;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The image files that {@code imagefolder} finds, sorted by id and numbered from 0, for those who
 * read them a range at a time.
 */
public final class ImageListing {

  private static final int SAMPLE = 100;

  private final ImageFolder folder;
  private final List<ImageFile> files;
  private final StructType schema;
  private final List<String> labelNames;

  private ImageListing(ImageFolder folder, StructType schema) {
    this.folder = folder;
    this.files = folder.files();
    this.schema = schema;
    this.labelNames = schema.getFieldIndex("label").isDefined() ? folder.labelNames() : List.of();
  }

  /**
   * Lists the files.
   *
   * @param paths files, directories and patterns
   * @param options of the data source {@code imagefolder}
   * @throws InputException if a path leads to no image, or an option is wrong
   */
  public static ImageListing of(List<String> paths, Map<String, String> options) {
    Map<String, String> all = new HashMap<>(options);
    try {
      all.put("paths", new ObjectMapper().writeValueAsString(paths));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    CaseInsensitiveStringMap given = new CaseInsensitiveStringMap(all);
    StructType schema = new ImageFolderSource().inferSchema(given);
    return new ImageListing(ImageFolderSource.folder(given), schema);
  }

  /** Number of files. */
  public int size() {
    return files.size();
  }

  /** Id of a file. */
  public String id(int file) {
    return files.get(file).id();
  }

  /** Columns of {@link #rows}: those of {@code imagefolder}. */
  public StructType schema() {
    return schema;
  }

  /** What was found beside them that is no image. */
  public PassedOver passedOver() {
    return folder.passedOver();
  }

  /** The folders' names, sorted; a name's place is its label. Empty without labels. */
  public List<String> labelNames() {
    return labelNames;
  }

  /** What reading all files costs, told in bytes: their lengths, and something for opening each. */
  public long totalBytes() {
    return folder.totalBytes();
  }

  /**
   * Hash of the ids, lengths and modification times of some files.
   *
   * @param from the first
   * @param to the one after the last
   */
  public String fingerprint(int from, int to) {
    MessageDigest hash = DigestUtils.getSha256Digest();
    for (ImageFile file : files.subList(from, to)) {
      String line = file.id() + "\n" + file.length() + " " + file.modified() + "\n";
      hash.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  /**
   * Id of the first among some files that was modified after a time.
   *
   * @param from the first
   * @param to the one after the last
   * @param time in milliseconds since 1970
   */
  public Optional<String> modifiedAfter(long time, int from, int to) {
    return files.subList(from, to).stream()
        .filter(file -> file.modified() > time)
        .map(ImageFile::id)
        .findFirst();
  }

  /**
   * Bytes of an image's pixels after preprocessing: exact where that gives the whole shape,
   * otherwise the mean over the headers of some files.
   *
   * @throws InputException if no header can be read
   */
  public long meanBytes(Preprocessing preprocessing) {
    if (preprocessing.resizes() && preprocessing.channels() != 0) {
      return (long) preprocessing.height() * preprocessing.width() * preprocessing.channels();
    }
    int sample = Math.min(SAMPLE, size());
    long sum = 0;
    int read = 0;
    InputException unreadable = null;
    for (int i = 0; i < sample; i++) {
      ImageFile file = files.get((int) ((long) i * size() / sample));
      try {
        sum += preprocessing.apply(shape(file)).size();
        read++;
      } catch (InputException e) { // reading the rows will tell, if it comes to that
        unreadable = new InputException(Message.of("%s %s", file.path(), e.told()), e);
      }
    }
    if (read == 0) {
      throw unreadable;
    }
    return Math.max(1, sum / read);
  }

  private ImageShape shape(ImageFile file) {
    Path path = file.path();
    return SourcePaths.orExplain(
        path.toString(),
        () -> {
          try (InputStream in = ImageFile.open(path, folder.configuration())) {
            return ImageDecoder.shape(in);
          }
        });
  }

  /**
   * Some files as rows, in order, read when the DataFrame is.
   *
   * @param from the first file
   * @param to the one after the last
   * @param perTask files that one task reads, one after the other
   * @param preprocessing images are converted and resized by it
   */
  public Dataset<Row> rows(
      SparkSession spark, int from, int to, int perTask, Preprocessing preprocessing) {
    List<byte[]> parts = new ArrayList<>();
    for (int first = from; first < to; first += perTask) {
      int last = Math.min(to, first + perTask);
      parts.add(new ImageFolder.Part(List.copyOf(files.subList(first, last))).toBytes());
    }
    SerializableConfiguration conf = new SerializableConfiguration(folder.configuration());
    StructType columns = schema;
    List<String> labels = labelNames;
    ImageDecoder decoder = folder.decoder();
    ReadMode mode = folder.mode();
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(parts, Math.max(1, parts.size()))
            .flatMap(
                part ->
                    new PreprocessedRows(
                        new ImageFolderReader(
                            ImageFolder.Part.fromBytes(part).files().iterator(),
                            columns,
                            labels,
                            decoder,
                            mode,
                            conf.value()),
                        columns,
                        preprocessing)),
        schema);
  }
}
