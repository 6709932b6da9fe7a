package ai.narrows.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MessageTest {
  /** A job that has an option for the loss alone. */
  private static Optional<String> loss(String param) {
    return param.equals("loss") ? Optional.of("--loss") : Optional.empty();
  }

  @Test
  void paramsAreNamesInJavaAndOptionsInJobs() {
    Message message =
        Message.of("%s needs %s", Message.param("loss", "bce"), Message.param("epochs"));

    assertThat(message).hasToString("loss bce needs epochs");
    assertThat(message.in(MessageTest::loss)).isEqualTo("--loss bce needs epochs");
    assertThat(
            Message.of("a 100% \"{%s}\"".replace("100%", "100%%"), message).in(MessageTest::loss))
        .isEqualTo("a 100% \"{--loss bce needs epochs}\"");
  }

  @Test
  void whatIsNoParamStaysAsItIs() {
    assertThat(Message.text("the loss of 5% %s").in(MessageTest::loss))
        .isEqualTo("the loss of 5% %s");
    assertThat(Message.of("%s", "loss").in(MessageTest::loss)).isEqualTo("loss");
  }

  @Test
  void rules() {
    assertThat(Message.rule("loss", "must be one of mse, bce", "l1").in(MessageTest::loss))
        .isEqualTo("--loss must be one of mse, bce, but is 'l1'");
    assertThat(new ParamException("epochs", "must be at least 1", 0))
        .hasMessage("epochs must be at least 1, but is 0");
    assertThat(Message.of("an empty %s, or %s", Message.param("loss", ""), 1).in(MessageTest::loss))
        .isEqualTo("an empty --loss '', or 1");
  }

  @Test
  void adviceIsForThoseWhoCanFollowIt() {
    Message both = Message.of("set %s and %s", Message.param("loss"), Message.param("epochs"));
    Message one = Message.of("set %s", Message.param("loss"));
    Message otherwise = Message.text("train anew");

    assertThat(Message.remedy(both, otherwise)).hasToString("set loss and epochs");
    assertThat(Message.remedy(both, otherwise).in(MessageTest::loss)).isEqualTo("train anew");
    assertThat(Message.remedy(Message.of("%s", both), otherwise).in(MessageTest::loss))
        .isEqualTo("train anew");
    assertThat(Message.remedy(one, otherwise).in(MessageTest::loss)).isEqualTo("set --loss");
    assertThat(Message.joined("; ", List.of(one, otherwise)).in(MessageTest::loss))
        .isEqualTo("set --loss; train anew");
  }
}
