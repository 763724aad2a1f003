package org.cycleqd.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.cycleqd.lm.Alternatives;

/** Writes turns of a chat. Log-probabilities are a list of objects, which spell tokens in bytes. */
record ChatDialect(TokenText names) implements Dialect {

  @Override
  public String prefix() {
    return "chatcmpl-";
  }

  @Override
  public String whole() {
    return "chat.completion";
  }

  @Override
  public String part() {
    return "chat.completion.chunk";
  }

  @Override
  public void write(ObjectNode choice, String text, Optional<List<Spoken>> tokens) {
    choice.putObject("message").put("role", "assistant").put("content", text);
    put(choice, tokens);
  }

  @Override
  public void writePart(
      ObjectNode choice, Piece piece, boolean first, Optional<List<Spoken>> tokens) {
    ObjectNode delta = choice.putObject("delta");
    if (first) {
      delta.put("role", "assistant");
    }
    delta.put("content", piece.text());
    put(choice, tokens);
  }

  private void put(ObjectNode choice, Optional<List<Spoken>> tokens) {
    if (tokens.isEmpty()) {
      choice.putNull("logprobs");
      return;
    }
    ArrayNode content = choice.putObject("logprobs").putArray("content");
    for (Spoken each : tokens.get()) {
      ObjectNode entry = content.addObject();
      put(entry, each.token().id(), each.token().logProbability());
      ArrayNode top = entry.putArray("top_logprobs");
      Alternatives alternatives = each.token().alternatives();
      for (int k = 0; k < alternatives.ids().length; k++) {
        put(top.addObject(), alternatives.ids()[k], alternatives.logProbabilities()[k]);
      }
    }
  }

  private void put(ObjectNode entry, int id, float logProbability) {
    entry.put("token", names.of(id)).put("logprob", logProbability);
    ArrayNode bytes = entry.putArray("bytes");
    for (byte each : names.bytes(id)) {
      bytes.add(Byte.toUnsignedInt(each));
    }
  }
}
