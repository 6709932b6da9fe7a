package ai.narrows.jobs.output;

import ai.narrows.images.InputException;
import ai.narrows.ml.onnx.OnnxFile;
import ai.narrows.report.PngFiles;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What jobs write, recognised by what is in it: {@code --overwrite} replaces that, and nothing that
 * anybody else has put there.
 */
public enum Written {
  /** A directory that a job or Spark has filled. */
  DIRECTORY {
    @Override
    void check(String name, FileSystem files, Path target) throws IOException {
      if (!files.getFileStatus(target).isDirectory()) {
        throw refused(name, "it is a file, but this job writes a directory");
      }
      List<String> foreign = foreign(files, target);
      if (!foreign.isEmpty()) {
        List<String> shown = foreign.subList(0, Math.min(SHOWN, foreign.size()));
        throw refused(
            name,
            "it holds files that no job has written (%s%s)"
                .formatted(String.join(", ", shown), foreign.size() > SHOWN ? ", ..." : ""));
      }
    }
  },

  /** The page that the jobs report and train write. */
  PAGE {
    @Override
    void check(String name, FileSystem files, Path target) throws IOException {
      checkFile(name, files, target);
      if (!isPage(files, target)) {
        throw refused(name, "it is no page that a job has written");
      }
    }
  },

  /** The JSON object that the job evaluate writes. */
  EVALUATION {
    @Override
    void check(String name, FileSystem files, Path target) throws IOException {
      checkFile(name, files, target);
      try {
        JsonNode json = new ObjectMapper().readTree(read(files, target, LONGEST_JSON));
        if (json.has("auroc") && json.has("averagePrecision")) {
          return;
        }
      } catch (JsonProcessingException e) {
        throw refused(name, NO_EVALUATION);
      }
      throw refused(name, NO_EVALUATION);
    }
  },

  /** The file that the job export writes. */
  ONNX {
    @Override
    void check(String name, FileSystem files, Path target) throws IOException {
      checkFile(name, files, target);
      if (!OnnxFile.isOurs(read(files, target, HEAD))) {
        throw refused(name, "it is no ONNX file that the job export has written");
      }
    }
  },

  /** The COCO file that the job score writes. */
  COCO {
    @Override
    void check(String name, FileSystem files, Path target) throws IOException {
      checkFile(name, files, target);
      if (!read(files, target, HEAD).startsWith(COCO_HEAD)) {
        throw refused(name, "it is no COCO file that the job score has written");
      }
    }
  };

  /** First line of the file index.csv beside masks. */
  public static final String MASKS_INDEX = "file,id,regions";

  /** How COCO files begin that a job has written. */
  public static final String COCO_HEAD =
      "{\"info\":{\"description\":\"regions outlined by Narrows\"}";

  /** First line of the file index.csv beside error maps. */
  public static final String ERROR_MAPS_INDEX = "rank,file,id,score";

  private static final String NO_EVALUATION = "it is no file that the job evaluate has written";
  private static final int SHOWN = 3;
  private static final int HEAD = 4096;
  private static final int LONGEST_JSON = 64 << 20;

  /** What Spark calls files of a table, with folders of partitions before them. */
  private static final String TABLE =
      "([^/]+=[^/]*/)*(part-[0-9]{5,}(-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}[^/]*)?"
          + "|_SUCCESS|_metadata|_common_metadata|_(started|committed)_[0-9]+"
          + "|_(temporary|spark_metadata|pack|_magic[^/]*)/.*)";

  private static final String MODEL =
      "(stages/[^/]+/)*(history\\.jsonl|weights\\.safetensors|backbone\\.onnx|_SUCCESS|metadata/"
          + TABLE
          + ")";
  private static final String ERROR_MAPS = "index\\.csv|[0-9]{4,}\\.png";
  private static final String GENERATED = "sheet\\.png|[0-9]{4,}\\.png";
  private static final String PARTS =
      "(train|test)/good/[0-9]{4,}\\.png|test/(scratch|blob|missing)/[0-9]{4,}\\.png"
          + "|ground_truth/(scratch|blob|missing)/[0-9]{4,}_mask\\.png";

  /**
   * A kind of directory.
   *
   * @param needs files without which it is not of this kind
   * @param files names of all files that it may have, told from the directory
   */
  private record Kind(List<String> needs, Pattern files) {
    static Kind of(String files, String... needs) {
      return new Kind(List.of(needs), Pattern.compile(files, Pattern.DOTALL));
    }

    List<String> foreign(List<String> names) {
      return names.stream().filter(name -> !files.matcher(plain(name)).matches()).toList();
    }

    /** Without what Hadoop makes of a name for the checksums of a local file. */
    private static String plain(String name) {
      return name.replaceFirst("(?s)(^|/)\\.([^/]+)\\.crc$", "$1$2");
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          Kind.of(TABLE),
          Kind.of(MODEL),
          Kind.of(ERROR_MAPS, "index.csv"),
          Kind.of(GENERATED, "sheet.png"),
          Kind.of(PARTS));

  /**
   * Makes sure that what is there may be replaced.
   *
   * @param name as the user wrote it
   * @throws InputException if it is not of this kind
   */
  abstract void check(String name, FileSystem files, Path target) throws IOException;

  /**
   * Files in a directory that neither a job nor Spark has written there; empty if there are none.
   */
  public static List<String> foreign(FileSystem files, Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    if (files.exists(directory)) {
      list(files, directory, "", names);
    }
    for (String name : List.copyOf(names)) { // a model may have its report beside it
      if (name.endsWith(".html") && isPage(files, new Path(directory, name))) {
        names.remove(name);
      }
    }
    List<String> foreign =
        KINDS.stream()
            .filter(kind -> names.containsAll(kind.needs))
            .map(kind -> kind.foreign(names))
            .min(Comparator.comparingInt(List::size))
            .orElse(List.of());
    return foreign.isEmpty() ? foreignPictures(files, directory, names) : foreign;
  }

  /** Those that are called as a job calls its pictures, and are others. */
  private static List<String> foreignPictures(FileSystem files, Path directory, List<String> names)
      throws IOException {
    List<String> foreign = new ArrayList<>();
    for (String name : names) {
      Path file = new Path(directory, name);
      boolean ours =
          name.endsWith(".png")
              ? PngFiles.isOurs(files, file)
              : !name.equals("index.csv") || isIndex(read(files, file, HEAD));
      if (!ours) {
        foreign.add(name);
      }
    }
    return foreign;
  }

  private static boolean isIndex(String text) {
    return text.startsWith(ERROR_MAPS_INDEX + "\n") || text.startsWith(MASKS_INDEX + "\n");
  }

  private static void list(FileSystem files, Path directory, String prefix, List<String> names)
      throws IOException {
    for (FileStatus entry : files.listStatus(directory)) {
      String name = prefix + entry.getPath().getName();
      boolean link =
          RealPath.local(files, entry.getPath()).filter(Files::isSymbolicLink).isPresent();
      if (entry.isDirectory() && !link) {
        list(files, entry.getPath(), name + "/", names);
      } else if (!name.equals(".DS_Store")) { // a desktop's
        names.add(link ? name + " (a link)" : name);
      }
    }
  }

  private static boolean isPage(FileSystem files, Path file) throws IOException {
    String head = read(files, file, HEAD);
    return head.startsWith("<!DOCTYPE html>") && head.contains("Narrows report");
  }

  private static void checkFile(String name, FileSystem files, Path target) throws IOException {
    if (!files.getFileStatus(target).isFile()) {
      throw refused(name, "it is a directory, but this job writes a file");
    }
  }

  private static String read(FileSystem files, Path file, int most) throws IOException {
    try (InputStream in = files.open(file)) {
      return new String(in.readNBytes(most), StandardCharsets.UTF_8);
    }
  }

  private static InputException refused(String name, String reason) {
    return new InputException(
        "the output %s cannot be overwritten: %s; choose another, or remove it yourself"
            .formatted(name, reason));
  }
}
