package org.cycleqd.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.lm.Alternatives;

/**
 * Writes completions. Log-probabilities are four lists of equal length; offsets count code points.
 */
final class CompletionDialect implements Dialect {

  private final TokenText names;

  /** Where the next token of each choice begins, in code points. */
  private final Map<Integer, Integer> offsets = new HashMap<>();

  CompletionDialect(TokenText names) {
    this.names = names;
  }

  @Override
  public String prefix() {
    return "cmpl-";
  }

  @Override
  public String whole() {
    return "text_completion";
  }

  @Override
  public String part() {
    return "text_completion";
  }

  @Override
  public void write(ObjectNode choice, String text, Optional<List<Spoken>> tokens) {
    choice.put("text", text);
    put(choice, tokens);
  }

  @Override
  public void writePart(
      ObjectNode choice, Piece piece, boolean first, Optional<List<Spoken>> tokens) {
    choice.put("text", piece.text());
    put(choice, tokens);
  }

  private void put(ObjectNode choice, Optional<List<Spoken>> tokens) {
    if (tokens.isEmpty()) {
      choice.putNull("logprobs");
      return;
    }
    ObjectNode logprobs = choice.putObject("logprobs");
    ArrayNode texts = logprobs.putArray("tokens");
    ArrayNode values = logprobs.putArray("token_logprobs");
    ArrayNode tops = logprobs.putArray("top_logprobs");
    ArrayNode starts = logprobs.putArray("text_offset");
    int number = choice.path("index").intValue();
    for (Spoken each : tokens.get()) {
      int offset = offsets.getOrDefault(number, 0);
      texts.add(each.text());
      starts.add(offset);
      offsets.put(number, offset + each.text().codePointCount(0, each.text().length()));
      if (Float.isNaN(each.token().logProbability())) {
        values.addNull(); // the first token of all has nothing before it
        tops.addNull();
        continue;
      }
      values.add(each.token().logProbability());
      Alternatives alternatives = each.token().alternatives();
      ObjectNode top = tops.addObject();
      for (int k = 0; k < alternatives.ids().length; k++) {
        int id = alternatives.ids()[k];
        String name = id == each.token().id() ? each.text() : names.of(id);
        // Parts of characters look alike; the more probable one comes first.
        if (!top.has(name)) {
          top.put(name, alternatives.logProbabilities()[k]);
        }
      }
    }
  }
}
