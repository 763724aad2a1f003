package org.cycleqd.torch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript source into the archive format that {@code torch.jit.load} reads: an
 * uncompressed zip with the source text, an object of the program's class without attributes, and
 * an empty table of constants.
 */
final class ScriptArchive {

  private static final int PROTOCOL_2 = 0x80;

  private ScriptArchive() {}

  /** Packs the class {@code __torch__.NAME} defined by {@code source}. */
  static byte[] pack(String name, String source) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "program/data.pkl", object(name));
      store(zip, "program/code/__torch__.py", source.getBytes(UTF_8));
      store(zip, "program/constants.pkl", new byte[] {(byte) PROTOCOL_2, 2, ')', '.'});
      store(zip, "program/version", "3\n".getBytes(UTF_8));
      store(zip, "program/byteorder", "little".getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("packing a program in memory", e);
    }
    return bytes.toByteArray();
  }

  /** The pickled object: {@code NAME.__new__(NAME)} with {@code training = False}. */
  private static byte[] object(String name) {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(PROTOCOL_2);
    pickle.write(2);
    text(pickle, "c__torch__\n" + name + "\n");
    text(pickle, ")"); // no arguments
    pickle.write(0x81); // new object
    text(pickle, "}("); // its state: a dictionary
    string(pickle, "training");
    pickle.write(0x89); // false
    string(pickle, "_is_full_backward_hook");
    text(pickle, "N");
    text(pickle, "ub."); // fill the dictionary, set the state, stop
    return pickle.toByteArray();
  }

  private static void string(ByteArrayOutputStream pickle, String value) {
    byte[] bytes = value.getBytes(UTF_8);
    pickle.write('X');
    for (int shift = 0; shift < 32; shift += 8) {
      pickle.write(bytes.length >>> shift);
    }
    pickle.writeBytes(bytes);
  }

  private static void text(ByteArrayOutputStream pickle, String value) {
    pickle.writeBytes(value.getBytes(UTF_8));
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
