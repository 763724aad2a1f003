package org.cycleqd.remote;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the tokens of a text begin, in code points, and proof that they make it up.
 *
 * <p>Servers count offsets differently: vLLM adds up the tokens' lengths and counts a token for the
 * beginning, which is no part of the text; SGLang gives none. So the first tokens may be left out,
 * and the others have to put the text together one after the other, by their own texts and by their
 * offsets where there are any. What a tokenizer changes (a space that is dropped, a character cut
 * into bytes) fails this test.
 */
final class Spans {

  private final int first;
  private final int[] starts;

  /**
   * The tokens from {@code first} on.
   *
   * @param starts of these tokens, and the text's length
   */
  private Spans(int first, int[] starts) {
    this.first = first;
    this.starts = starts;
  }

  /** The tokens that make up a text, or nothing; tokens after it are left out. */
  static Optional<Spans> covering(String text, List<TokenLogProbability> tokens) {
    for (int first = 0; first < tokens.size(); first++) {
      @Nullable Spans spans = covering(text, tokens, first);
      if (spans != null) {
        return Optional.of(spans);
      }
    }
    return Optional.empty();
  }

  private static @Nullable Spans covering(
      String text, List<TokenLogProbability> tokens, int first) {
    int[] starts = new int[tokens.size() - first + 1];
    int shift = tokens.get(first).offset().orElse(0);
    int chars = 0;
    int points = 0;
    int count = 0;
    while (chars < text.length()) {
      if (first + count == tokens.size()) {
        return null;
      }
      TokenLogProbability token = tokens.get(first + count);
      String own = token.token();
      if (!text.startsWith(own, chars) || token.offset().orElse(points + shift) - shift != points) {
        return null;
      }
      starts[count++] = points;
      chars += own.length();
      points += own.codePointCount(0, own.length());
    }
    starts[count] = points;
    return new Spans(first, Arrays.copyOf(starts, count + 1));
  }

  /**
   * The token that hides a boundary, or -1: one that begins before it and ends after it, or one
   * without text that stands there and could belong to either side.
   */
  int straddling(int boundary) {
    for (int i = 0; i + 1 < starts.length; i++) {
      boolean across = starts[i] < boundary && boundary < starts[i + 1];
      boolean hidden = starts[i] == boundary && starts[i + 1] == boundary;
      if (across || hidden) {
        return first + i;
      }
    }
    return -1;
  }

  /** The first token that begins at a boundary or after it. */
  int firstFrom(int boundary) {
    int i = 0;
    while (starts[i] < boundary) {
      i++;
    }
    return first + i;
  }

  /** The token after the last one. */
  int end() {
    return first + starts.length - 1;
  }
}
