package ai.narrows.ml.summary;

import ai.narrows.compat.Build;
import java.io.Serializable;
import java.util.Locale;

/**
 * With what, and from what, a model was made; with the params of its training this is enough to
 * make it again.
 *
 * @param narrowsVersion of the Narrows that trained it
 * @param sparkVersion of Spark
 * @param javaVersion of the driver's Java
 * @param platform operating system and processor of the driver, such as {@code Linux amd64}
 * @param library that multiplied the workers' matrices, with its version, such as {@code oneDNN
 *     2.7.3}; several, separated by commas, where workers differ
 * @param device what the workers computed on, {@code cpu} or {@code gpu}
 * @param images the training images, validation images included
 * @param reading how they were read
 * @param fingerprint of their pixels: a sum of 128-bit hashes, hexadecimal; the same for the same
 *     images, in whatever files, order or partitions they come
 * @param seed of every random stream
 */
public record Provenance(
    String narrowsVersion,
    String sparkVersion,
    String javaVersion,
    String platform,
    String library,
    String device,
    ImageSource images,
    ImageReading reading,
    String fingerprint,
    long seed)
    implements Serializable {

  /** Of a training by this Narrows on this Java. */
  public static Provenance here(
      String sparkVersion,
      String library,
      String device,
      ImageSource images,
      ImageReading reading,
      String fingerprint,
      long seed) {
    return new Provenance(
        Build.here().version(),
        sparkVersion,
        System.getProperty("java.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        library,
        device,
        images,
        reading,
        fingerprint,
        seed);
  }

  /** In one line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "Narrows %s, Spark %s, Java %s, %s, %s on %s; images %s, fingerprint %s; seed %d",
        narrowsVersion,
        sparkVersion,
        javaVersion,
        platform,
        library,
        device,
        images.paths().isEmpty() ? "of unknown source" : images,
        fingerprint,
        seed);
  }
}
