package org.cycleqd.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Writes the answer to one request.
 *
 * @param model the model's name
 * @param id of the answer
 * @param created when it was begun
 * @param reported whether log-probabilities are
 */
record Reply(Dialect dialect, String model, String id, Instant created, boolean reported) {

  /** A whole answer. */
  ObjectNode whole(List<Piece> pieces, Usage usage) {
    SequencedMap<Integer, List<Piece>> byChoice = new TreeMap<>();
    for (Piece piece : pieces) {
      byChoice.computeIfAbsent(piece.choice(), _ -> new ArrayList<>()).add(piece);
    }
    ObjectNode json = head(dialect.whole());
    ArrayNode choices = json.putArray("choices");
    byChoice.forEach((number, own) -> {
      StringBuilder text = new StringBuilder();
      List<Spoken> tokens = new ArrayList<>();
      own.forEach(piece -> {
        text.append(piece.text());
        tokens.addAll(piece.tokens());
      });
      ObjectNode choice = choices.addObject().put("index", number);
      dialect.write(choice, text.toString(), reported(tokens));
      finish(choice, own.getLast());
    });
    json.set("usage", usage.json());
    return json;
  }

  /** A piece of a stream. */
  ObjectNode part(Piece piece, boolean first) {
    ObjectNode json = head(dialect.part());
    ObjectNode choice = json.putArray("choices").addObject().put("index", piece.choice());
    dialect.writePart(choice, piece, first, reported(piece.tokens()));
    finish(choice, piece);
    return json;
  }

  /** The end of a stream whose client counts tokens. */
  ObjectNode last(Usage usage) {
    ObjectNode json = head(dialect.part());
    json.putArray("choices");
    json.set("usage", usage.json());
    return json;
  }

  private ObjectNode head(String kind) {
    return Json.object()
        .put("id", id)
        .put("object", kind)
        .put("created", created.getEpochSecond())
        .put("model", model);
  }

  private Optional<List<Spoken>> reported(List<Spoken> tokens) {
    return reported ? Optional.of(tokens) : Optional.empty();
  }

  private static void finish(ObjectNode choice, Piece last) {
    choice.put("finish_reason", last.finish().map(Finish::json).orElse(null));
  }
}
