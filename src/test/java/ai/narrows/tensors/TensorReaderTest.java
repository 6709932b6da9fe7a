package ai.narrows.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of tensors: what is written is read, and each rule is broken once. */
final class TensorReaderTest {
  private static final Tensor WEIGHT = Tensor.of("encoder.0.weight", 2, 3);
  private static final Tensor BIAS = Tensor.of("encoder.0.bias", 3);
  private static final Tensor SCALAR = new Tensor("ä", List.of());
  private static final String SOUND =
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
          + "\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}";

  private static byte[] written(List<TensorValues> tensors) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TensorFile.write(out, tensors);
    return out.toByteArray();
  }

  private static TensorReader open(byte[] file) throws IOException {
    return TensorReader.open(new ByteArrayInputStream(file), file.length);
  }

  /** A file with this header and so many bytes of values. */
  private static byte[] file(String header, int values) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + json.length + values)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    float[] values = {1, -0f, Float.MIN_VALUE, 4, Float.NaN, 6, 7, 8, 9, 10};
    List<Tensor> layout = List.of(WEIGHT, BIAS, SCALAR);
    byte[] file = written(TensorValues.of(layout, values));
    int header = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(header % 8).isZero();
    assertThat(file).hasSize(8 + header + 40);
    assertThat(new String(file, 8, header, StandardCharsets.UTF_8).stripTrailing())
        .isEqualTo(
            "{\"encoder.0.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
                + "\"encoder.0.bias\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[24,36]},"
                + "\"ä\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[36,40]}}");

    TensorReader reader = open(file);
    assertThat(reader.tensors()).isEqualTo(layout);
    List<Tensor> others = new ArrayList<>(layout);
    Collections.reverse(others);
    float[] read = new float[10];
    reader.read(TensorValues.of(others, read)); // in another order
    assertThat(read).containsExactly(10, 7, 8, 9, 1, -0f, Float.MIN_VALUE, 4, Float.NaN, 6);
  }

  /** More than is written or read at once. */
  @Test
  void largeTensors() throws IOException {
    float[] values = new float[700_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    List<Tensor> layout = List.of(Tensor.of("a", 300_000), Tensor.of("b", 400_001));
    float[] read = new float[values.length];
    open(written(TensorValues.of(layout, values))).read(TensorValues.of(layout, read));
    assertThat(read).isEqualTo(values);
  }

  @Test
  void aSoundHeaderOfAnotherWriter() throws IOException {
    String texts = "{\"__metadata__\":{\"format\":\"pt\"}," + SOUND.substring(1) + "   ";
    assertThat(open(file(texts, 12)).tensors())
        .containsExactly(Tensor.of("a", 2), new Tensor("b", List.of()));
    assertThat(open(file("{}", 0)).tensors()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "F32 | I8 | has tensor a of I8, where only F32 is read",
        "[2] | [3] | has tensor a of [3] in 8 bytes",
        "[2] | [-2] | has a wrong tensor: tensor a must have at most 8 dimensions, each at least 1, but its shape is [-2]",
        "[2] | [0] | has a wrong tensor: tensor a must have at most 8 dimensions, each at least 1, but its shape is [0]",
        "[2] | [1,1,1,1,1,1,1,1,2] | has a wrong tensor: tensor a must have at most 8 dimensions, each at least 1, but its shape is [1, 1, 1, 1, 1, 1, 1, 1, 2]",
        "[2] | [65536,65536] | has tensor a of [65536, 65536], which is more than 2147483647 values",
        "[2] | [4294967296] | has tensor a, of which shape[0] must be a whole number of at most 2147483647, but is 4294967296",
        "[2] | [2.0] | has tensor a, of which shape[0] must be a whole number of at most 2147483647, but is 2.0",
        "[2] | 2 | has tensor a, of which shape must be a list, but is 2",
        "[2] | [null] | has tensor a, of which shape[0] must have a value, but is null",
        "[0,8] | [4,12] | has tensor a at byte 4, where byte 0 follows",
        "[0,8] | [8,0] | has tensor a at [8, 0], which is no stretch of a file",
        "[0,8] | [-8,0] | has tensor a at [-8, 0], which is no stretch of a file",
        "[0,8] | [0,8,8] | has tensor a at [0, 8, 8], which is no stretch of a file",
        "[0,8] | [0,9223372036854775807] | has tensor a of [2] in 9223372036854775807 bytes",
        "[8,12] | [4,8] | has tensor b at byte 4, where byte 8 follows",
        "[8,12] | [12,16] | has tensor b at byte 12, where byte 8 follows",
        "`\"b\"` | `\"a\"` | has a header that is not JSON: Duplicate field 'a'",
        "`\"b\"` | `\"\"` | has a wrong tensor: a tensor's name must have 1 to 200 characters, none of them control, but is ''",
        "`\"b\"` | `\"\\u0000\"` | has a wrong tensor: a tensor's name must have 1 to 200 characters, none of them control, but is '\0'",
        "`\"b\"` | `\"__metadata__\"` | must have texts in __metadata__, but has something else",
        "`\"dtype\":\"F32\",` | `` | has tensor a, of which dtype is missing",
        "`\"dtype\":\"F32\"` | `\"dtype\":32` | has tensor a, of which dtype must be a text, but is 32",
        "`\"dtype\"` | `\"x\":1,\"dtype\"` | has tensor a, of which x is not known here",
      })
  void headersThatBreakARule(String old, String words, String reason) {
    assertThat(SOUND).contains(old);
    int at = SOUND.indexOf(old);
    String header =
        SOUND.substring(0, at) + (words == null ? "" : words) + SOUND.substring(at + old.length());
    assertRefused(file(header, 12), reason);
  }

  @Test
  void headersThatAreNone() {
    assertRefused(file("[]", 0), "must have an object as its header, but has something else");
    assertRefused(file(SOUND + "{}", 12), "has a header that is not JSON: Trailing token");
    assertRefused(
        file("{\"a\":" + "[".repeat(1000), 0),
        "has a header that is not JSON: Document nesting depth (65) exceeds");
    assertRefused(
        file(" ".repeat((1 << 20) + 1), 0),
        "must have a header of 2 to 1048576 bytes, but it says 1048577");
    assertRefused(file("{", 0), "must have a header of 2 to 1048576 bytes, but it says 1");
  }

  @Test
  void lengthsThatDoNotFit() throws IOException {
    byte[] sound = file(SOUND, 12);
    assertRefused(file(SOUND, 11), "has 11 bytes of values, but its tensors have 12");
    assertRefused(file(SOUND, 13), "has 13 bytes of values, but its tensors have 12");
    assertRefused(new byte[7], "has 7 bytes, which are too few for a header");
    byte[] cut = new byte[100];
    System.arraycopy(sound, 0, cut, 0, 100);
    assertRefused(cut, "has 100 bytes, but its header says that it has " + SOUND.length());
    for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 0}) {
      ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      assertRefused(
          sound,
          "must have a header of 2 to 1048576 bytes, but it says " + Long.toUnsignedString(length));
    }
    // A file that is shorter than its file system has said.
    byte[] whole = file(SOUND, 12);
    for (int n : new int[] {4, 20}) {
      assertThatThrownBy(
              () -> TensorReader.open(new ByteArrayInputStream(whole, 0, n), whole.length))
          .hasMessage("has less than its " + whole.length + " bytes");
    }
    TensorReader short4 =
        TensorReader.open(new ByteArrayInputStream(whole, 0, whole.length - 4), whole.length);
    assertThatThrownBy(() -> short4.read(TensorValues.of(short4.tensors(), new float[3])))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void tensorsThatDoNotBelong() throws IOException {
    TensorReader reader = open(written(TensorValues.of(List.of(WEIGHT, BIAS), new float[9])));
    assertThatThrownBy(() -> reader.require(List.of(WEIGHT)))
        .hasMessage("has tensor encoder.0.bias, which does not belong there");
    assertThatThrownBy(() -> reader.require(List.of(WEIGHT, BIAS, SCALAR)))
        .hasMessage("has no tensor ä");
    assertThatThrownBy(() -> reader.require(List.of(Tensor.of("encoder.0.weight", 3, 2), BIAS)))
        .hasMessage("has tensor encoder.0.weight of [2, 3], where [3, 2] belongs");
    assertThatThrownBy(() -> written(TensorValues.of(List.of(BIAS, BIAS), new float[6])))
        .hasMessage("there are two tensors encoder.0.bias");
    assertThatThrownBy(() -> TensorValues.of(List.of(BIAS), new float[4]))
        .hasMessage("4 values, but the tensors have 3");
  }

  private static void assertRefused(byte[] file, String reason) {
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(reason);
  }
}
