package ai.narrows.images.source;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.images.ImageShape;
import ai.narrows.images.decode.ImageDecoder;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

/** How files are cut and dealt out to tasks: functions of files and parallelism alone. */
class PartitionsTest {

  private static final long MIB = 1 << 20;

  @Test
  void tasksReadAnEvenShareWithinBounds() {
    assertThat(FileTable.targetBytes(64 * MIB, 4, 128 * MIB)).isEqualTo(16 * MIB + 1);
    assertThat(FileTable.targetBytes(64 * MIB, 1000, 128 * MIB)).isEqualTo(MIB);
    assertThat(FileTable.targetBytes(1L << 40, 4, 128 * MIB)).isLessThanOrEqualTo(128 * MIB);
    assertThat(FileTable.targetBytes(64 * MIB, 4, 100)).isEqualTo(100);
    assertThat(FileTable.targetBytes(0, 0, 1)).isEqualTo(1);
  }

  @Test
  void rangesCoverEveryImageOnce() {
    for (int images : new int[] {0, 1, 7, 1000}) {
      for (long target : new long[] {1, 12, 100, 1000, MIB}) {
        List<RecordRange> ranges = RecordRange.split(file(images, false), "a", target);
        int next = 0;
        for (RecordRange range : ranges) {
          assertThat(range.first()).isEqualTo(next);
          assertThat(range.count())
              .isPositive()
              .isLessThanOrEqualTo((int) Math.max(1, target / 12));
          next += range.count();
          assertThat(range.endsFile()).isEqualTo(next == images);
        }
        assertThat(next).isEqualTo(images);
      }
    }
  }

  @Test
  void gzipStaysWhole() {
    assertThat(RecordRange.split(file(1000, true), "a", 1)).hasSize(1);
    assertThat(RecordRange.split(file(0, true), "a", 1)).isEmpty();
  }

  @Test
  void smallFilesShareATask() {
    List<ImageFile> files =
        Stream.of(1, 2, 3, 4, 5)
            .map(i -> new ImageFile(new Path("/d"), "", i + ".png", i == 3 ? 10 * MIB : 1, 0))
            .toList();
    ImageFolder folder =
        new ImageFolder(
            new ImageSearch.Result(files, PassedOver.NOTHING),
            new ImageDecoder(1),
            ReadMode.FAILFAST,
            new Configuration(false));

    assertThat(folder.totalBytes()).isEqualTo(10 * MIB + 4 + 5 * ImageFolder.OPEN_COST);
    assertThat(Stream.of(folder.partitions(MIB)).map(part -> ((ImageFolder.Part) part).files()))
        .containsExactly(files.subList(0, 2), files.subList(2, 3), files.subList(3, 5));
  }

  @Test
  void endingsGrowUntilTheyDiffer() {
    assertThat(endings("/a/x", "/a/y")).containsExactly("x", "y");
    assertThat(endings("/a/x", "/b/x", "/b/y")).containsExactly("a/x", "b/x", "b/y");
    assertThat(endings("/x", "/a/x")).containsExactly("x", "a/x");
    assertThat(endings("hdfs://one/x", "hdfs://two/x"))
        .containsExactly("hdfs://one/x", "hdfs://two/x");
  }

  private static List<String> endings(String... paths) {
    return SourcePaths.distinctEndings(Stream.of(paths).map(Path::new).toList());
  }

  private static IdxFile file(int images, boolean gzip) {
    IdxHeader header = new IdxHeader(3, images, new ImageShape(4, 3, 1));
    return new IdxFile(new DataFile(new Path("/a"), header.fileLength(), gzip), header, null);
  }
}
