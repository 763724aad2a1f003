package org.cycleqd.spectral;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest that identifies content. */
final class Sha256 {

  private static final long PART_BYTES = 1L << 24;

  private Sha256() {}

  static MessageDigest fresh() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  static void update(MessageDigest sha, MemorySegment data) {
    for (long start = 0; start < data.byteSize(); start += PART_BYTES) {
      long length = Math.min(PART_BYTES, data.byteSize() - start);
      sha.update(data.asSlice(start, length).asByteBuffer());
    }
  }
}
