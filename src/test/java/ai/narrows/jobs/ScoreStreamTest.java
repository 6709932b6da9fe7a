package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.jobs.console.Failure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What does not go with {@code --stream}, or not without it, is refused before Spark starts. */
final class ScoreStreamTest {
  private static final List<String> BATCH =
      List.of("--model-dir=none", "--input=none", "--output=none");
  private static final List<String> STREAM = List.of("--stream", "--checkpoint=none");

  private static void assertRefused(List<String> args, String more, String sentence) {
    List<String> all = new ArrayList<>(BATCH);
    all.addAll(args);
    all.add(more);
    Ran ran = Ran.of(() -> Score.run(all.toArray(String[]::new)));
    assertThat(ran.err().strip()).isEqualTo("jobs/score: " + sentence);
    assertThat(ran.exitCode()).isEqualTo(Failure.WRONG_INPUT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--error-maps=x | --error-maps does not go with --stream: of what has not come yet, nobody knows the highest scores",
        "--overwrite | --overwrite does not go with --stream, which appends: choose another --output and --checkpoint to start over",
        "--input-format=table | --stream watches folders of image files, so --input-format must be imagefolder or left out, but is 'table'",
        "--input-format=idx | --stream watches folders of image files, so --input-format must be imagefolder or left out, but is 'idx'",
        "--label-col=kind | --label-col kind: the image files that --stream reads have the columns id and image alone",
        "--image-col=photo | --image-col photo: the image files that --stream reads have the columns id and image alone",
        "--input-option=Labels=folder | --input-option labels: --stream cannot number folders of which more may come; an id begins with the folder's name",
        "--input-option=mode=PERMISSIVE | --input-option mode: give --mode instead, which the job has to know of",
        "--max-files-per-trigger=0 | --max-files-per-trigger must be at least 1, but is 0",
        "--trigger-interval=10 | --trigger-interval must be a number above 0 with ms, s, m or h behind it, such as 10s, but is '10'",
        "--trigger-interval=0s | --trigger-interval must be a number above 0 with ms, s, m or h behind it, such as 10s, but is '0s'",
        "--output-format=xml | --output-format must be one of parquet, orc, csv, json with --stream, but is 'xml'",
      })
  void whatDoesNotGoWithAStream(String option, String sentence) {
    assertRefused(STREAM, option, sentence);
  }

  @ParameterizedTest
  @CsvSource({
    "--checkpoint, --checkpoint=x",
    "--trigger-interval, --trigger-interval=1s",
    "--available-now, --available-now",
    "--max-files-per-trigger, --max-files-per-trigger=1"
  })
  void whatIsForStreamsAlone(String option, String given) {
    assertRefused(List.of(), given, option + " has no effect without --stream");
  }

  @Test
  void aStreamNeedsACheckpoint() {
    assertRefused(
        List.of(),
        "--stream",
        "--stream needs --checkpoint, a directory that keeps which files are scored");
  }

  @Test
  void whatIsThereNowIsNotWaitedFor() {
    List<String> args = new ArrayList<>(STREAM);
    args.add("--available-now");
    assertRefused(
        args,
        "--trigger-interval=1s",
        "--trigger-interval does not go with --available-now, which does not wait for new files");
  }
}
