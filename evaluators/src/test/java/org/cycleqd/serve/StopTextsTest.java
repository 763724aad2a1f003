package org.cycleqd.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class StopTextsTest {

  @Test
  void holdsBackWhatCouldBeginAStop() {
    StopTexts stops = new StopTexts(List.of("###", "\n\n"));
    assertThat(stops.push("one #")).isEqualTo("one ");
    assertThat(stops.push("two\n")).isEqualTo("#two");
    assertThat(stops.push("three ##")).isEqualTo("\nthree ");
    assertThat(stops.found()).isFalse();
    assertThat(stops.push("# four")).isEmpty();
    assertThat(stops.found()).isTrue();
  }

  @Test
  void withoutStopsNothingIsHeldBack() {
    StopTexts stops = new StopTexts(List.of());
    assertThat(stops.push("a")).isEqualTo("a");
    assertThat(stops.finish()).isEmpty();
  }

  /** Any cut of any text gives what looking through the whole text gives. */
  @RepeatedTest(300)
  void findsTheFirstStopHoweverTheTextIsCut(RepetitionInfo info) {
    Draws draws = Draws.at(info.getCurrentRepetition(), "stops");
    String text = word(draws.child("text"), draws.below(0, 30));
    List<String> stops =
        List.of(
            word(draws.child("a"), 1 + draws.below(1, 4)),
            word(draws.child("b"), 1 + draws.below(2, 4)));
    int first = stops.stream().mapToInt(text::indexOf).filter(i -> i >= 0).min().orElse(-1);
    String expected = first < 0 ? text : text.substring(0, first);
    // A stop that ends earlier may be seen before one that begins earlier is complete.
    int earliestEnd =
        stops.stream()
            .filter(text::contains)
            .mapToInt(stop -> text.indexOf(stop) + stop.length())
            .min()
            .orElse(text.length());

    StopTexts stop = new StopTexts(stops);
    StringBuilder found = new StringBuilder();
    int at = 0;
    while (at < text.length() && !stop.found()) {
      int to = Math.min(text.length(), at + 1 + draws.below(10 + at, 3));
      found.append(stop.push(text.substring(at, to)));
      at = to;
    }
    boolean cut = stop.found();
    found.append(cut ? "" : stop.finish());
    assertThat(cut).isEqualTo(first >= 0);
    assertThat(text).startsWith(found.toString());
    if (cut) {
      assertThat(stops).anyMatch(each -> text.startsWith(each, found.length()));
      assertThat(at).isGreaterThanOrEqualTo(earliestEnd);
    } else {
      assertThat(found.toString()).isEqualTo(expected);
    }
  }

  private static String word(Draws draws, int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + draws.below(i, 3)));
    }
    return word.toString();
  }
}
