package org.cycleqd.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.cycleqd.lm.Alternatives;
import org.cycleqd.lm.Answer;
import org.cycleqd.lm.Token;
import org.cycleqd.lm.text.StreamDecoder;

/** One answer on its way from tokens to text. */
final class Voice {

  private final int choice;
  private final StreamDecoder decoder;
  private final StopTexts stops;
  private final Set<Integer> ends;
  private int heard;
  private boolean over;

  Voice(int choice, StreamDecoder decoder, List<String> stops, Set<Integer> ends) {
    this.choice = choice;
    this.decoder = decoder;
    this.stops = new StopTexts(stops);
    this.ends = ends;
  }

  /** Whether the last piece was given. */
  boolean over() {
    return over;
  }

  /** How many tokens were taken. */
  int heard() {
    return heard;
  }

  /** Takes a token of an answer that goes on. */
  Piece take(Token token) {
    return piece(List.of(token), Optional.empty());
  }

  /** Takes what is new in the whole answer. */
  Piece finish(Answer answer) {
    List<Token> rest = new ArrayList<>();
    for (int i = heard; i < answer.ids().length; i++) {
      rest.add(
          new Token(
              answer.ids()[i],
              answer.logProbabilities().length == 0 ? 0 : answer.logProbabilities()[i],
              answer.alternatives().isEmpty() ? Alternatives.NONE : answer.alternatives().get(i)));
    }
    return piece(rest, Optional.of(answer.ended() ? Finish.STOP : Finish.LENGTH));
  }

  private Piece piece(List<Token> tokens, Optional<Finish> last) {
    StringBuilder text = new StringBuilder();
    List<Spoken> spoken = new ArrayList<>();
    for (Token token : tokens) {
      heard++;
      if (!ends.contains(token.id())) {
        String own = decoder.push(token.id());
        spoken.add(new Spoken(own, token));
        text.append(stops.push(own));
      }
      if (stops.found()) {
        over = true;
        return new Piece(choice, text.toString(), spoken, Optional.of(Finish.STOP));
      }
    }
    if (last.isPresent()) {
      over = true;
      text.append(stops.push(decoder.finish()));
      if (stops.found()) {
        return new Piece(choice, text.toString(), spoken, Optional.of(Finish.STOP));
      }
      text.append(stops.finish());
    }
    return new Piece(choice, text.toString(), spoken, last);
  }
}
