package ai.narrows.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import java.util.Locale;

/**
 * Gives up after so many tokens: a short text may have a million values, each of which takes much
 * more memory than it takes in the text. Jackson bounds them itself from 2.18 on only.
 */
final class BoundedParser extends JsonParserDelegate {
  private final long most;
  private long tokens;

  BoundedParser(JsonParser parser, long most) {
    super(parser);
    this.most = most;
  }

  @Override
  public JsonToken nextToken() throws IOException {
    if (++tokens > most) {
      throw new StreamConstraintsException(
          String.format(Locale.ROOT, "it has more than %d names, values and brackets", most));
    }
    return super.nextToken();
  }
}
