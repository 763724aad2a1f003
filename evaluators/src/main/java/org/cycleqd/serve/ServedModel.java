package org.cycleqd.serve;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.lm.DecodingLoop;
import org.cycleqd.lm.text.ChatTemplate;
import org.cycleqd.lm.text.Tokenizer;

/**
 * A model that a server offers.
 *
 * @param name what clients call it
 * @param loop answers; a request's tokens have to fit into its capacity
 * @param tokenizer turns texts into tokens
 * @param template writes dialogues; without it there are no chats
 * @param special the tokens that begin and end texts
 */
public record ServedModel(
    String name,
    DecodingLoop loop,
    Tokenizer tokenizer,
    Optional<ChatTemplate> template,
    SpecialTokens special) {

  /** Refuses a blank name. */
  public ServedModel {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name: found nothing, expected the model's name");
    }
  }

  Set<Integer> ends() {
    return Set.copyOf(special.ends());
  }

  /** The tokens of a text, behind the one that begins texts unless the text names it itself. */
  int[] prompt(String text) {
    int[] ids = tokenizer.encodeWithSpecial(text);
    OptionalInt begin = special.beginning();
    boolean there = ids.length > 0 && begin.isPresent() && ids[0] == begin.getAsInt();
    return there ? ids : IntStream.concat(begin.stream(), IntStream.of(ids)).toArray();
  }
}
