package ai.narrows.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * A sentence for users that knows which of its words are params. Java's users read the params'
 * names; a job writes its own options in their place, and gives no advice that it has no option
 * for.
 */
public final class Message implements Shipped {
  private static final long serialVersionUID = 1L;

  /** How Java's users read it: every param by its name. */
  private static final Function<String, Optional<String>> NAMES = Optional::of;

  private final String format;
  private final Part[] parts; // Kryo takes no immutable lists

  /** What stands in a sentence. */
  private sealed interface Part extends Shipped {
    String in(Function<String, Optional<String>> options);
  }

  private static final class Text implements Part {
    private static final long serialVersionUID = 1L;
    private final String text;

    Text(String text) {
      this.text = text;
    }

    @Override
    public String in(Function<String, Optional<String>> options) {
      return text;
    }
  }

  private static final class Sentence implements Part {
    private static final long serialVersionUID = 1L;
    private final Message message;

    Sentence(Message message) {
      this.message = message;
    }

    @Override
    public String in(Function<String, Optional<String>> options) {
      return message.in(options);
    }
  }

  /** A param in a message, alone or with a value. */
  public static final class Param implements Part {
    private static final long serialVersionUID = 1L;
    private final String name;
    private final String value; // null for the param alone

    private Param(String name, String value) {
      this.name = name;
      this.value = value;
    }

    /** Its name. */
    public String name() {
      return name;
    }

    @Override
    public String in(Function<String, Optional<String>> options) {
      String shown = options.apply(name).orElse(name);
      return value == null ? shown : shown + " " + (value.isEmpty() ? "''" : value);
    }
  }

  /** Advice for a front that has all its params, and what there is for the others. */
  private static final class Remedy implements Part {
    private static final long serialVersionUID = 1L;
    private final Message advice;
    private final Message otherwise;

    Remedy(Message advice, Message otherwise) {
      this.advice = advice;
      this.otherwise = otherwise;
    }

    @Override
    public String in(Function<String, Optional<String>> options) {
      boolean possible =
          advice.params().stream().allMatch(param -> options.apply(param.name()).isPresent());
      return (possible ? advice : otherwise).in(options);
    }
  }

  private Message(String format, Part... parts) {
    this.format = format;
    this.parts = parts;
  }

  /**
   * A sentence.
   *
   * @param format as {@link String#format} has it, with %s for every part
   * @param parts params, other messages, or anything else, which is shown as it is
   */
  public static Message of(String format, Object... parts) {
    return new Message(format, Arrays.stream(parts).map(Message::part).toArray(Part[]::new));
  }

  /** A sentence without params. */
  public static Message text(String text) {
    return of("%s", text);
  }

  /** For example {@code epochs must be at least 1, but is 0}. */
  public static Message rule(String param, Object rule, Object value) {
    return of(
        value instanceof String ? "%s %s, but is '%s'" : "%s %s, but is %s",
        param(param),
        rule,
        value);
  }

  /** A param. */
  public static Param param(String name) {
    return new Param(name, null);
  }

  /** A param with a value. */
  public static Param param(String name, Object value) {
    return new Param(name, String.valueOf(value));
  }

  /**
   * What to do about it.
   *
   * @param advice for a front that has all params in it
   * @param otherwise for one that has not
   */
  public static Message remedy(Message advice, Message otherwise) {
    return new Message("%s", new Remedy(advice, otherwise));
  }

  /** Sentences, one after another. */
  public static Message joined(String separator, List<Message> sentences) {
    return of(
        String.join(separator, Collections.nCopies(sentences.size(), "%s")), sentences.toArray());
  }

  private static Part part(Object part) {
    if (part instanceof Part known) {
      return known;
    }
    return part instanceof Message message ? new Sentence(message) : new Text(String.valueOf(part));
  }

  /** The params that it names by itself, without those of its remedies. */
  public List<Param> params() {
    List<Param> params = new ArrayList<>();
    for (Part part : parts) {
      if (part instanceof Param param) {
        params.add(param);
      } else if (part instanceof Sentence sentence) {
        params.addAll(sentence.message.params());
      }
    }
    return params;
  }

  /**
   * The sentence in the words of a front.
   *
   * @param options what stands for a param, if the front has it
   */
  public String in(Function<String, Optional<String>> options) {
    return String.format(
        Locale.ROOT, format, Arrays.stream(parts).map(part -> part.in(options)).toArray());
  }

  /** As Java's users read it. */
  @Override
  public String toString() {
    return in(NAMES);
  }

  /** A failure whose message is one. */
  public interface Carrier {
    /** What it tells. */
    Message told();
  }
}
