package org.cycleqd.lm;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.cycleqd.lm.text.StreamDecoder;
import org.cycleqd.lm.text.Tokenizer;

/**
 * Ends an answer with the token that completes one of some texts, wherever in a token it begins.
 */
public final class TextStops {

  private TextStops() {}

  /**
   * What ends answers, for {@link Generation#until}.
   *
   * @param tokenizer stays open as long as answers are generated
   * @param stops texts that are not empty; none end nothing
   */
  public static Supplier<IntPredicate> of(Tokenizer tokenizer, List<String> stops) {
    List<String> texts = List.copyOf(stops);
    int longest = texts.stream().mapToInt(String::length).max().orElse(0);
    return () -> longest == 0 ? _ -> false : new Watch(tokenizer.stream(true), texts, longest);
  }

  private static final class Watch implements IntPredicate {

    private final StreamDecoder decoder;
    private final List<String> stops;
    private final int longest;
    private final StringBuilder seen = new StringBuilder();

    Watch(StreamDecoder decoder, List<String> stops, int longest) {
      this.decoder = decoder;
      this.stops = stops;
      this.longest = longest;
    }

    @Override
    public boolean test(int id) {
      seen.append(decoder.push(id));
      if (stops.stream().anyMatch(stop -> seen.indexOf(stop) >= 0)) {
        return true;
      }
      seen.delete(0, Math.max(0, seen.length() - longest + 1));
      return false;
    }
  }
}
