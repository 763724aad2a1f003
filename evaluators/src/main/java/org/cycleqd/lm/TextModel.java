package org.cycleqd.lm;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.cycleqd.checkpoint.LlamaConfig;

/**
 * Answers one-line prompts with one-line texts: {@code begin + prompt}, then a space and the answer
 * up to the end token. Models are trained on the same form.
 */
public final class TextModel {

  private final LiveModel model;
  private final Tokenizer tokenizer;

  /** Joins a live model with its tokenizer; closes neither. */
  public TextModel(LiveModel model, Tokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /** A prompt with a guess at its answer; an empty guess for none. */
  public Request request(String prompt, String draft) {
    LlamaConfig config = model.runtime().config();
    return new Request(
        prompt(tokenizer, config.specialTokens().beginning(), prompt),
        draft.isEmpty()
            ? new int[0]
            : answer(tokenizer, config.specialTokens().ends().getFirst(), draft));
  }

  /** Answers requests greedily; each answer comes without the space before it. */
  public List<String> answers(List<Request> requests, Decoding decoding) {
    return model.generate(requests, decoding).stream()
        .map(ids -> tokenizer.decode(ids).strip())
        .toList();
  }

  /** The ids of a prompt, with the begin token before it where the model has one. */
  public static int[] prompt(Tokenizer tokenizer, OptionalInt begin, String text) {
    return begin.isPresent()
        ? join(new int[] {begin.getAsInt()}, tokenizer.encode(text))
        : tokenizer.encode(text);
  }

  /** The ids of an answer: a space, the text, the end token. */
  public static int[] answer(Tokenizer tokenizer, int end, String text) {
    return join(tokenizer.encode(" " + text), new int[] {end});
  }

  private static int[] join(int[] first, int[] second) {
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
  }
}
