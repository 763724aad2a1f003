package org.cycleqd.digest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 in the making; one thread at a time. */
public final class Sha256 {

  private static final long PART_BYTES = 1L << 24;

  private final MessageDigest sha;

  /** Nothing yet. */
  public Sha256() {
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** The digest of a text's UTF-8 in hexadecimal. */
  public static String of(String text) {
    return new Sha256().add(text).hex();
  }

  /** The digest of bytes in hexadecimal. */
  public static String of(byte[] bytes) {
    return new Sha256().add(bytes).hex();
  }

  /** Goes on with a text's UTF-8. */
  public Sha256 add(String text) {
    return add(text.getBytes(UTF_8));
  }

  /** Goes on with bytes. */
  public Sha256 add(byte[] bytes) {
    sha.update(bytes);
    return this;
  }

  /** Goes on with memory of any size. */
  public Sha256 add(MemorySegment data) {
    for (long start = 0; start < data.byteSize(); start += PART_BYTES) {
      long length = Math.min(PART_BYTES, data.byteSize() - start);
      sha.update(data.asSlice(start, length).asByteBuffer());
    }
    return this;
  }

  /** The digest in hexadecimal; what is added afterwards begins anew. */
  public String hex() {
    return HexFormat.of().formatHex(sha.digest());
  }
}
