package org.cycleqd.lm;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

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

  /**
   * Answers prompts greedily.
   *
   * @param prompts the questions
   * @param drafts a guess at each answer, or an empty list for none
   * @param limit most new tokens per answer
   * @param rows most prompts decoded at once
   */
  public List<String> answers(List<String> prompts, List<String> drafts, int limit, int rows) {
    List<Request> requests =
        IntStream.range(0, prompts.size())
            .mapToObj(
                i ->
                    new Request(
                        prompt(prompts.get(i)),
                        drafts.isEmpty() ? new int[0] : answer(drafts.get(i))))
            .toList();
    return model.generate(requests, limit, rows).stream()
        .map(ids -> tokenizer.decode(ids).strip())
        .toList();
  }

  private int[] prompt(String text) {
    return prompt(tokenizer, model.runtime().config().beginToken(), text);
  }

  private int[] answer(String text) {
    return answer(tokenizer, model.runtime().config().endTokens().getFirst(), text);
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
    List<Integer> all = new ArrayList<>();
    IntStream.of(first).forEach(all::add);
    IntStream.of(second).forEach(all::add);
    return all.stream().mapToInt(Integer::intValue).toArray();
  }
}
