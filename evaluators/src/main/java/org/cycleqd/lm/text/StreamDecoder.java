package org.cycleqd.lm.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;

/**
 * Decodes a text token by token. What {@link #push} gives holds whole characters only; the bytes of
 * one that is not complete wait for the next token. All parts together are the text that decoding
 * all tokens at once gives. Not for use by several threads at a time.
 */
public final class StreamDecoder {

  private final Tokenizer tokenizer;
  private final boolean skipSpecial;
  private final CharsetDecoder utf8 =
      UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] waiting = {};
  private boolean first = true;
  private int leading;

  StreamDecoder(Tokenizer tokenizer, boolean skipSpecial) {
    this.tokenizer = tokenizer;
    this.skipSpecial = skipSpecial;
    this.leading = Math.max(0, tokenizer.decoder().leading());
  }

  /**
   * The text that a further token completes; it may be empty.
   *
   * @throws IllegalArgumentException if no token has this id
   */
  public String push(int id) {
    String piece = tokenizer.piece(id);
    if (skipSpecial && tokenizer.isSpecial(id)) {
      return "";
    }
    byte[] bytes = tokenizer.decoder().bytes(piece, first);
    first = false;
    return decode(bytes, false);
  }

  /** Ends the text: bytes that still wait become U+FFFD. */
  public String finish() {
    return decode(new byte[0], true);
  }

  private String decode(byte[] bytes, boolean end) {
    ByteBuffer in = ByteBuffer.allocate(waiting.length + bytes.length);
    in.put(waiting).put(bytes).flip();
    // UTF-8 has no fewer bytes than UTF-16 has units, and every byte gives one U+FFFD at most.
    CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
    utf8.reset();
    utf8.decode(in, out, end);
    if (end) {
      utf8.flush(out);
    }
    waiting = new byte[in.remaining()];
    in.get(waiting);
    return stripped(out.flip().toString());
  }

  /** Drops the spaces that a text begins with, as far as they are not the text's own. */
  private String stripped(String text) {
    int from = 0;
    while (leading > 0 && from < text.length()) {
      boolean space = text.charAt(from) == ' ';
      from += space ? 1 : 0;
      leading = space ? leading - 1 : 0;
    }
    return text.substring(from);
  }
}
