package ai.narrows.images.decode;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** The tables of JPEG files that have none, as the frames of Motion JPEG are stored. */
final class JpegTables {

  /** The Huffman tables that ITU-T T.81, annex K.3, gives as typical, in one segment. */
  static final byte[] HUFFMAN =
      segment(
          0xffc4,
          "0000010501010101010100000000000000000102030405060708090a0b1000020103030204030505"
              + "04040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433"
              + "627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a63"
              + "6465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9"
              + "aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2"
              + "f3f4f5f6f7f8f9fa0100030101010101010101010000000000000102030405060708090a0b110002"
              + "0102040403040705040400010277000102031104052131061241510761711322328108144291a1b1"
              + "c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a"
              + "535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798"
              + "999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3"
              + "e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa");

  private JpegTables() {}

  private static byte[] segment(int marker, String hex) {
    byte[] data = HexFormat.of().parseHex(hex);
    ByteBuffer segment = ByteBuffer.allocate(4 + data.length);
    return segment.putShort((short) marker).putShort((short) (2 + data.length)).put(data).array();
  }
}
