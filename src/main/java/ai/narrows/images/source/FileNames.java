package ai.narrows.images.source;

import ai.narrows.images.InputException;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Names of local files, which a JVM reads and writes in the encoding of its locale. In the POSIX
 * locale that is ASCII: other letters are lost, and the file with them.
 */
public final class FileNames {

  private static final char LOST = '\uFFFD';
  private static final String ENCODING = System.getProperty("sun.jnu.encoding", "UTF-8");

  /** Where names are not bytes, every one is well. */
  private static final boolean BYTES = File.separatorChar == '/';

  private static final Charset CHARSET = charset();

  private FileNames() {}

  private static Charset charset() {
    try {
      return Charset.forName(ENCODING);
    } catch (IllegalArgumentException e) {
      return StandardCharsets.UTF_8;
    }
  }

  /** Whether a text has letters that were lost when the JVM decoded it. */
  public static boolean isDecoded(String text) {
    return text.indexOf(LOST) < 0;
  }

  /** Whether this JVM can write a text as the name of a local file. */
  public static boolean isEncodable(String text) {
    return !BYTES || CHARSET.equals(StandardCharsets.UTF_8) || CHARSET.newEncoder().canEncode(text);
  }

  /** Whether this JVM can decode every name that is UTF-8. */
  public static boolean readsAll() {
    return isEncodable("\u00fc\u6587");
  }

  /** What the JVM's encoding is, and how to have another. */
  public static String remedy() {
    return "the JVM's encoding of file names is "
        + ENCODING
        + ", so set the environment variable LC_ALL=C.UTF-8 before the driver starts, and"
        + " spark.executorEnv.LC_ALL=C.UTF-8 for executors";
  }

  /**
   * Makes sure that this JVM can find a file by its name.
   *
   * @throws InputException if it is local and has a name that the JVM cannot write
   */
  static void check(Path path, Configuration conf) {
    String name = path.toUri().getPath();
    if (!isEncodable(name)
        && SourcePaths.orExplain(name, () -> path.getFileSystem(conf)) instanceof LocalFileSystem) {
      throw new InputException(
          "the file %s cannot be opened by its name: %s".formatted(path, remedy()));
    }
  }

  /** Whether a local file's name, as text, leads to the file again. */
  static boolean isRead(java.nio.file.Path path) {
    java.nio.file.Path name = path.getFileName();
    try {
      return !BYTES || name == null || path.getFileSystem().getPath(name.toString()).equals(name);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** What to throw of a local file of which that is not so. */
  static InputException unreadable(java.nio.file.Path path) {
    String raw = path.toUri().getRawPath(); // has the bytes of the name
    return new InputException(
        utf8(raw)
            ? "the name of the file %s cannot be read: %s".formatted(raw, remedy())
            : "the name of the file %s cannot be read: it is not UTF-8, so rename the file"
                .formatted(raw));
  }

  private static boolean utf8(String raw) {
    byte[] bytes = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      boolean escaped = raw.charAt(i) == '%';
      bytes[length++] = (byte) (escaped ? Integer.parseInt(raw, i + 1, i + 3, 16) : raw.charAt(i));
      i += escaped ? 2 : 0;
    }
    CharsetDecoder strict =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    try {
      return !strict.decode(ByteBuffer.wrap(bytes, 0, length)).isEmpty();
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
