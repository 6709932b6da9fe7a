package ai.narrows.jobs.tracking;

import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Failure;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/**
 * An MLflow server, and who speaks to it.
 *
 * @param address without name and password, and without a slash at the end
 * @param username null for none
 * @param password null for none
 * @param token null for none
 */
public record MlflowServer(String address, String username, String password, String token) {

  /**
   * The server that an option names.
   *
   * @param environment has the credentials, as MLflow's own clients look for them; a name and a
   *     password in the address go first
   * @throws InputException if it is no address of a web server
   */
  public static MlflowServer of(String option, String text, Map<String, String> environment) {
    URI uri = parse(option, text);
    String address =
        String.format(
            Locale.ROOT,
            "%s://%s%s%s",
            uri.getScheme().toLowerCase(Locale.ROOT),
            uri.getHost(),
            uri.getPort() < 0 ? "" : ":" + uri.getPort(),
            uri.getRawPath().replaceFirst("/+$", ""));
    String user = uri.getUserInfo();
    if (user != null) {
      String[] parts = user.split(":", 2);
      return new MlflowServer(address, parts[0], parts.length < 2 ? "" : parts[1], null);
    }
    return new MlflowServer(
        address,
        environment.get("MLFLOW_TRACKING_USERNAME"),
        environment.get("MLFLOW_TRACKING_PASSWORD"),
        environment.get("MLFLOW_TRACKING_TOKEN"));
  }

  private static URI parse(String option, String text) {
    try {
      URI uri = new URI(text);
      if (("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // said below, without the password that its message may have
    }
    throw new InputException(
        String.format(
            Locale.ROOT,
            "%s must be the address of an MLflow server, such as http://mlflow:5000, but is '%s'",
            option,
            text.replaceFirst("//.*@", "//***@")));
  }

  /** Speaks to the server until it is closed. It has no time limits of its own. */
  MlflowClient client() {
    return new MlflowClient(new BasicMlflowHostCreds(address, username, password, token, false));
  }

  /** Why a request has failed, in a line. */
  static String reason(Throwable thrown) {
    if (thrown instanceof MlflowHttpException answer) {
      String words = message(answer.getBodyMessage());
      return (answer.getStatusCode() + " " + answer.getReasonPhrase()).strip()
          + (words.isEmpty() ? "" : ": " + words);
    }
    Throwable root = thrown;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return Failure.tidy(root);
  }

  /** MLflow's own words, where the answer has any. */
  private static String message(String body) {
    try {
      return new ObjectMapper().readTree(body).path("message").asText("");
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return "";
    }
  }
}
