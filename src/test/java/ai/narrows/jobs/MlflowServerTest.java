package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.InputException;
import ai.narrows.jobs.tracking.MlflowServer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Addresses, credentials, and what is wrong with the options. */
class MlflowServerTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "MLFLOW_TRACKING_URI", "http://elsewhere",
          "MLFLOW_TRACKING_USERNAME", "ann",
          "MLFLOW_TRACKING_PASSWORD", "p",
          "MLFLOW_TRACKING_TOKEN", "t");

  private static MlflowServer server(String uri, Map<String, String> environment) {
    return MlflowServer.of("--mlflow-tracking-uri", uri, environment);
  }

  @Test
  void credentialsComeFromTheEnvironment() {
    assertThat(server("HTTPS://mlflow.example.com:5000/behind/", ENVIRONMENT))
        .isEqualTo(new MlflowServer("https://mlflow.example.com:5000/behind", "ann", "p", "t"));
    assertThat(server("http://mlflow", Map.of()))
        .isEqualTo(new MlflowServer("http://mlflow", null, null, null));
  }

  @Test
  void thoseInTheAddressGoFirst() {
    assertThat(server("http://bob:a%40b:c@mlflow:80", ENVIRONMENT))
        .isEqualTo(new MlflowServer("http://mlflow:80", "bob", "a@b:c", null));
    assertThat(server("http://bob@mlflow", ENVIRONMENT))
        .isEqualTo(new MlflowServer("http://mlflow", "bob", "", null));
  }

  @Test
  void whatIsNoAddressIsRefusedWithoutItsPassword() {
    for (String uri :
        List.of("mlflow:5000", "sqlite:///m.db", "http:///x", "http://h?q", "http://h#f", "")) {
      assertThatThrownBy(() -> server(uri, Map.of()))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "--mlflow-tracking-uri must be the address of an MLflow server, such as"
                  + " http://mlflow:5000, but is '%s'",
              uri);
    }
    for (String password : List.of("hid den", "hid/den", "hid@den")) {
      assertThatThrownBy(
              () -> server(String.format(Locale.ROOT, "http://bob:%s@mlflow?", password), Map.of()))
          .hasMessageEndingWith("but is 'http://***@mlflow?'");
    }
  }

  private static void assertRefused(String sentence, String... options) {
    Ran ran =
        Ran.of(() -> Train.run(Scripts.words("--input", "x", "--output", "y", List.of(options))));
    assertThat(ran.err()).isEqualTo("jobs/train: " + sentence + "\n");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  @Test
  void optionsAreCheckedBeforeSparkStarts() {
    assertRefused(
        "--mlflow-experiment has no effect without --mlflow-tracking-uri",
        "--mlflow-experiment",
        "photos");
    assertRefused(
        "--mlflow-run-name has no effect without --mlflow-tracking-uri",
        "--mlflow-run-name",
        "first");
    assertRefused(
        "--mlflow-experiment must be a name, but is ' '",
        "--mlflow-tracking-uri",
        "http://mlflow",
        "--mlflow-experiment",
        " ");
    assertRefused(
        "--mlflow-tracking-uri must be the address of an MLflow server, such as http://mlflow:5000,"
            + " but is 'mlflow'",
        "--mlflow-tracking-uri",
        "mlflow");
  }
}
