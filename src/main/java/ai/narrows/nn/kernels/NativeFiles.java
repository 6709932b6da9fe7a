package ai.narrows.nn.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Native libraries that JavaCPP does not unpack, unpacked into the folder that it uses. */
public final class NativeFiles {
  private NativeFiles() {}

  /**
   * Unpacks libraries into a folder of their own, which is made once per user and version: several
   * processes may do so at a time.
   *
   * @param name of the folder, followed by the size of the first library
   * @param resources names of the libraries on the class path, absolute
   * @return the folder
   * @throws NativesException if there is no such library for this platform, or no folder that can
   *     be used
   */
  public static Path unpack(String name, List<String> resources) {
    Path parent = NativeFolder.choose(System.getProperties(), NativeFolder.mounts());
    Path folder = null;
    for (String resource : resources) {
      URL url = NativeFiles.class.getResource(resource);
      if (url == null) {
        throw new NativesException(
            "this build has no library " + resource + " for this platform, which a backbone needs");
      }
      try {
        URLConnection library = url.openConnection();
        long bytes = library.getContentLengthLong();
        folder = folder == null ? parent.resolve(name + "-" + bytes) : folder;
        Files.createDirectories(folder);
        Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
        if (!Files.exists(file) || Files.size(file) != bytes) {
          unpack(library, file);
        }
      } catch (IOException e) {
        throw new NativesException(
            "the native libraries cannot be unpacked into %s: %s; %s"
                .formatted(folder, e.getMessage(), NativeFolder.REMEDY),
            e);
      }
    }
    return folder;
  }

  private static void unpack(URLConnection library, Path file) throws IOException {
    Path part = Files.createTempFile(file.getParent(), "unpacking", null);
    try (InputStream in = library.getInputStream()) {
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
