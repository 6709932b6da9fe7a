package ai.narrows.ml.persistence;

import ai.narrows.images.ImageShape;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.Patches;
import java.io.Serializable;
import java.util.Locale;

/**
 * What a model takes.
 *
 * @param shape of the images, or patches, that enter the network
 * @param preprocessing what makes images so
 * @param patches how they are cut then
 */
public record InputSpec(ImageShape shape, Preprocessing preprocessing, Patches patches)
    implements Serializable {
  public InputSpec {
    if (!patches.whole() && (shape.height() != patches.size() || shape.width() != patches.size())) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "patches of %d pixels are none of %s", patches.size(), shape));
    }
  }
}
