package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.spark.ml.param.ParamPair;
import scala.jdk.javaapi.CollectionConverters;

/** A saved model as files, to be spoilt; kept ones lie in the test resources. */
record SavedModel(Path folder) {
  private static final Pattern SHA256 = Pattern.compile("\"sha256\":\"([0-9a-f]{64})\"");
  private static final Path KEPT = Path.of("src/test/resources/models");

  /** A copy of a model in the test resources. */
  static SavedModel copyOf(String kept, Path folder) throws IOException {
    return new SavedModel(KEPT.resolve(kept)).copy(folder);
  }

  SavedModel copy(Path target) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Files.copy(path, target.resolve(folder.relativize(path).toString()));
      }
    }
    return new SavedModel(target);
  }

  String path() {
    return folder.toString();
  }

  Path weights() {
    return folder.resolve("weights.safetensors");
  }

  Path metadata() {
    try (Stream<Path> files = Files.list(folder.resolve("metadata"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("part-"))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String line() throws IOException {
    return Files.readString(metadata()).stripTrailing();
  }

  JsonNode json() throws IOException {
    return new ObjectMapper().readTree(line());
  }

  /** Replaces words of the metadata, which have to be there, and leaves the checksum. */
  SavedModel with(String old, String words) throws IOException {
    String line = line();
    assertThat(line).contains(old);
    Files.writeString(metadata(), line.replace(old, words) + "\n");
    return this;
  }

  /** Gives the model as it now is the checksum that belongs to it, as a stranger could. */
  SavedModel sign() throws IOException {
    String line = line();
    Matcher own = SHA256.matcher(line);
    if (own.find()) {
      MessageDigest digest = DigestUtils.getSha256Digest();
      digest.update(line.replace(own.group(1), "0".repeat(64)).getBytes(StandardCharsets.UTF_8));
      digest.update(Files.readAllBytes(weights()));
      String right = HexFormat.of().formatHex(digest.digest());
      Files.writeString(metadata(), line.replace(own.group(1), right));
    }
    return this;
  }

  FittedAutoencoder<?> load() {
    return FittedAutoencoder.load(path());
  }

  static void assertEqual(FittedAutoencoder<?> actual, FittedAutoencoder<?> expected) {
    assertThat(actual).hasSameClassAs(expected);
    assertThat(actual.uid()).isEqualTo(expected.uid());
    assertThat(actual.parameters()).isEqualTo(expected.parameters());
    assertThat(actual.architecture()).isEqualTo(expected.architecture());
    assertThat(actual.imageShape()).isEqualTo(expected.imageShape());
    assertThat(actual.preprocessing()).isEqualTo(expected.preprocessing());
    assertThat(actual.patches()).isEqualTo(expected.patches());
    assertThat(actual.data().loss()).isEqualTo(expected.data().loss());
    assertThat(actual.data().threshold()).isEqualTo(expected.data().threshold());
    assertThat(actual.summary()).isEqualTo(expected.summary());
    assertThat(params(actual)).isEqualTo(params(expected));
  }

  private static Map<String, Object> params(FittedAutoencoder<?> model) {
    Map<String, Object> params = new TreeMap<>();
    for (ParamPair<?> pair : CollectionConverters.asJava(model.extractParamMap().toSeq())) {
      params.put(pair.param().name() + (model.isSet(pair.param()) ? " set" : ""), pair.value());
    }
    return params;
  }
}
