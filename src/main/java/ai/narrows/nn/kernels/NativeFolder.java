package ai.narrows.nn.kernels;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;

/**
 * Where the native libraries are unpacked: the folder that JavaCPP's property names, else the first
 * of the user's cache, the working directory (on a cluster the container's own) and the directory
 * of temporary files that can be written to and from which libraries may be loaded.
 */
final class NativeFolder {
  /** JavaCPP's system property. */
  static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

  /** What to do where no folder can be used. */
  static final String REMEDY =
      "set -D"
          + PROPERTY
          + "=DIR, in spark.driver.extraJavaOptions and spark.executor.extraJavaOptions, to a folder"
          + " that can be written to and is not mounted noexec";

  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final int MOUNT_POINT = 4;
  private static final int OPTIONS = 5;

  private NativeFolder() {}

  /** The mounted file systems, as Linux describes them; none elsewhere. */
  static List<String> mounts() {
    try {
      return Files.readAllLines(MOUNTS);
    } catch (IOException e) {
      return List.of();
    }
  }

  /**
   * The folder, which exists then.
   *
   * @param system Java's system properties
   * @param mounts lines of {@code /proc/self/mountinfo}
   * @throws NativesException if none can be used, or not the one that the property names
   */
  static Path choose(Properties system, List<String> mounts) {
    String given = system.getProperty(PROPERTY);
    if (given != null) {
      Path folder = Path.of(given).toAbsolutePath();
      String fault = fault(folder, mounts);
      if (fault != null) {
        throw new NativesException(
            "the native libraries cannot be unpacked into %s, which %s names: it %s; %s"
                .formatted(folder, PROPERTY, fault, REMEDY));
      }
      return folder;
    }
    List<String> faults = new ArrayList<>();
    for (Path folder : candidates(system)) {
      String fault = fault(folder, mounts);
      if (fault == null) {
        return folder;
      }
      faults.add(folder + " " + fault);
    }
    throw new NativesException(
        "there is no folder to unpack the native libraries into: %s; %s"
            .formatted(String.join(", ", faults), REMEDY));
  }

  private static Set<Path> candidates(Properties system) {
    Set<Path> candidates = new LinkedHashSet<>();
    String user = system.getProperty("user.name", "?");
    add(candidates, system.getProperty("user.home"), ".javacpp/cache");
    add(candidates, system.getProperty("user.dir"), "narrows-natives");
    add(candidates, system.getProperty("java.io.tmpdir"), ".javacpp-" + user + "/cache");
    return candidates;
  }

  /** A user whom the system does not know has the home {@code ?}. */
  private static void add(Set<Path> candidates, String parent, String name) {
    try {
      if (parent != null && Path.of(parent).isAbsolute()) {
        candidates.add(Path.of(parent, name));
      }
    } catch (InvalidPathException e) { // nor is that a folder
      return;
    }
  }

  /** Why a folder cannot be used; null if it can. */
  private static String fault(Path folder, List<String> mounts) {
    Path existing = folder;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    try {
      if (isNoexec(existing.toRealPath(), mounts)) {
        return "is mounted noexec";
      }
      Files.createDirectories(folder);
      Path probe = Files.createTempFile(folder, "probe", null);
      try {
        if (!Files.getOwner(probe).equals(Files.getOwner(folder)) && isShared(folder)) {
          return "belongs to another user";
        }
      } finally {
        Files.delete(probe);
      }
      return null;
    } catch (AccessDeniedException e) {
      return "cannot be written to";
    } catch (FileSystemException e) {
      return "cannot be written to"
          + (e.getReason() == null ? "" : " (" + e.getReason().toLowerCase(Locale.ROOT) + ")");
    } catch (IOException e) {
      return "cannot be written to (" + e.getMessage() + ")";
    }
  }

  /** Libraries that anybody may put there are not to be loaded. */
  private static boolean isShared(Path folder) throws IOException {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        && Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE);
  }

  /** Whether the file system that holds a path forbids programs; the last of two mounts counts. */
  static boolean isNoexec(Path path, List<String> mounts) {
    int longest = -1;
    boolean noexec = false;
    for (String mount : mounts) {
      String[] fields = mount.split(" ", -1);
      if (fields.length <= OPTIONS) {
        continue;
      }
      Path point = Path.of(unescaped(fields[MOUNT_POINT]));
      if (path.startsWith(point) && point.getNameCount() >= longest) {
        longest = point.getNameCount();
        noexec = List.of(fields[OPTIONS].split(",", -1)).contains("noexec");
      }
    }
    return noexec;
  }

  private static String unescaped(String name) {
    return name.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
