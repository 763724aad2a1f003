package org.cycleqd.lm.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * SentencePiece's compiled normalisation: the size of a double-array trie in bytes, its units of 32
 * bits (little-endian), and the normalised texts, each with a zero at its end. The library reads it
 * unchecked and a wrong place in it ends the whole process, so that it is walked through here
 * first.
 */
final class Charsmap {

  private static final int BLOCK = 0xff;
  private static final int LEAF = 1 << 8;
  private static final int WIDE = 1 << 9;
  private static final int VALUE = Integer.MAX_VALUE;
  private static final int LABEL = Integer.MIN_VALUE | BLOCK;

  private final IntBuffer units;
  private final ByteBuffer texts;

  private Charsmap(IntBuffer units, ByteBuffer texts) {
    this.units = units;
    this.texts = texts;
  }

  /** Whether all that a text can lead to is in its place. */
  static boolean isSound(byte[] bytes) {
    if (bytes.length < Integer.BYTES) {
      return false;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int size = buffer.getInt();
    if (size < Integer.BYTES || size > buffer.remaining() || size % Integer.BYTES != 0) {
      return false;
    }
    ByteBuffer trie = buffer.slice(Integer.BYTES, size).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer texts =
        buffer.slice(Integer.BYTES + size, bytes.length - Integer.BYTES - size).asReadOnlyBuffer();
    return isText(texts) && new Charsmap(trie.asIntBuffer(), texts).isSound();
  }

  private static boolean isText(ByteBuffer bytes) {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate());
      return text.isEmpty() || text.get(text.length() - 1) == 0;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private boolean isSound() {
    BitSet seen = new BitSet();
    Deque<Integer> places = new ArrayDeque<>();
    places.add(offset(units.get(0)));
    while (!places.isEmpty()) {
      int place = places.remove();
      // Any byte may follow, so that all units that differ in the last eight bits are looked at.
      if (place < 0 || (place | BLOCK) >= units.limit()) {
        return false;
      }
      if (seen.get(place)) {
        continue;
      }
      seen.set(place);
      for (int c = 1; c <= BLOCK; c++) {
        int next = place ^ c;
        int unit = units.get(next);
        if ((unit & LABEL) == c) {
          int child = next ^ offset(unit);
          if ((unit & LEAF) != 0 && !isLeaf(child)) {
            return false;
          }
          places.add(child);
        }
      }
    }
    return true;
  }

  private boolean isLeaf(int place) {
    if (place < 0 || place >= units.limit()) {
      return false;
    }
    int start = units.get(place) & VALUE;
    return start < texts.limit() && (texts.get(start) & 0xc0) != 0x80;
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & WIDE) >>> 6);
  }
}
