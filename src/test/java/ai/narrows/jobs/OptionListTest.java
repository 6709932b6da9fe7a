package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.ml.params.Group;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Options that are params stand in help under their subjects. */
final class OptionListTest {
  private static final Pattern OPTION = Pattern.compile("(?m)^ {2}(?:-h, |    )(--[a-z0-9-]+)");
  private static final Pattern HEADING = Pattern.compile("(?m)^([A-Z][a-z -]+):$");

  private static List<String> found(Pattern pattern, String help) {
    return pattern.matcher(help).results().map(match -> match.group(1)).toList();
  }

  @Test
  void trainShowsParamsBySubject() {
    String help = Ran.of(() -> Train.run("--help")).out();
    assertThat(found(HEADING, help))
        .containsExactlyElementsOf(
            Arrays.stream(Group.values())
                .filter(group -> group != Group.OUTPUT && group != Group.EVALUATION)
                .map(Group::heading)
                .toList());
    assertThat(found(OPTION, help))
        .doesNotHaveDuplicates()
        .containsSubsequence(
            "--model", "--input", "--output", "--config", "--help", "--architecture", "--hidden")
        .containsSubsequence("--solver", "--step-size", "--momentum", "--beta1", "--epochs")
        .containsSubsequence("--input-encoding", "--height", "--checkpoint", "--contamination");
    assertThat(help.replaceAll("\\s+", " "))
        .contains("Peak learning rate for one worker (> 0) (default: 0.001).")
        .contains("0 disables early stopping (default: 5).");
  }

  @Test
  void othersShowTheParamsThatTheyHave() {
    assertThat(found(HEADING, Ran.of(() -> Score.run("--help")).out()))
        .containsExactly("Input", "Scoring", "Output columns");
    assertThat(found(HEADING, Ran.of(() -> Pack.run("--help")).out()))
        .containsExactly("Preprocessing");
    assertThat(Ran.of(() -> Score.run("--help")).out())
        .containsPattern("--threshold=X +Anomaly score above which an image is predicted")
        .contains("(default: as in training)");
  }
}
