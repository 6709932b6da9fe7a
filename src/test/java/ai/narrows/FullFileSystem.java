package ai.narrows;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Local files under the scheme {@code full}: a disk on which there is space for hidden files, such
 * as those by which jobs try whether they can write, and for no others.
 */
public final class FullFileSystem extends RawLocalFileSystem {
  @Override
  public URI getUri() {
    return URI.create("full:///");
  }

  @Override
  protected OutputStream createOutputStreamWithMode(
      Path path, boolean append, FsPermission permission) throws IOException {
    if (!path.getName().startsWith(".")) {
      throw new IOException("No space left on device");
    }
    return super.createOutputStreamWithMode(path, append, permission);
  }
}
