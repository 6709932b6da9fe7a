package io.narrows.jobs;

import io.narrows.images.InputEncoding;
import io.narrows.images.InputException;
import io.narrows.ml.AutoencoderModelBase;
import picocli.CommandLine.Option;

/** What a binary image column holds that a trained model is to read. */
final class EncodingOptions {
  private static final String OPTION = "--input-encoding";

  @Option(
      names = OPTION,
      order = 17,
      paramLabel = "NAME",
      description =
          "What a binary image column holds: encoded (image files) or raw (uint8 pixels, BGR); by default what it held"
              + " in training.")
  String encoding;

  /**
   * @throws InputException if there is no such encoding
   */
  void check() {
    if (encoding != null) {
      try {
        InputEncoding.of(encoding);
      } catch (InputException e) {
        throw new InputException(e.getMessage().replaceFirst("^inputEncoding", OPTION), e);
      }
    }
  }

  void applyTo(AutoencoderModelBase<?> model) {
    if (encoding != null) {
      model.setInputEncoding(encoding);
    }
  }
}
