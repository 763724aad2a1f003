package org.cycleqd.lm;

import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.lm.text.Tokenizer;

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
   * The special tokens around prompt and answer.
   *
   * @param begin stands before the prompt, where the model has such a token
   * @param end stands after the answer
   */
  public record Format(OptionalInt begin, int end) {

    /**
     * The format that a model's config implies: its first end token ends answers.
     *
     * @throws IllegalArgumentException if the config names no end token
     */
    public static Format of(LlamaConfig config) {
      if (config.specialTokens().ends().isEmpty()) {
        throw new IllegalArgumentException("eos_token_id: found none, expected an end token");
      }
      return new Format(
          config.specialTokens().beginning(), config.specialTokens().ends().getFirst());
    }

    /** A prompt with a guess at its answer; an empty guess for none. */
    public Request request(Tokenizer tokenizer, String prompt, String draft) {
      return new Request(
          prompt(tokenizer, prompt), draft.isEmpty() ? new int[0] : answer(tokenizer, draft));
    }

    /** The ids of a prompt. */
    public int[] prompt(Tokenizer tokenizer, String text) {
      return IntStream.concat(begin.stream(), IntStream.of(tokenizer.encode(text))).toArray();
    }

    /** The ids of an answer. */
    public int[] answer(Tokenizer tokenizer, String text) {
      return IntStream.concat(IntStream.of(tokenizer.encode(" " + text)), IntStream.of(end))
          .toArray();
    }
  }

  /**
   * An answer.
   *
   * @param ids its tokens, the end token included where it was reached
   * @param text without white space around it
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of ids, never compared
  public record Answered(int[] ids, String text) {}

  /** Answers requests greedily. */
  public List<Answered> answers(List<Request> requests, Decoding decoding) {
    Generation generation = Generation.greedy(decoding.limit(), decoding.ends());
    return answers(requests, Collections.nCopies(requests.size(), generation), decoding.rows());
  }

  /**
   * Answers requests, each in its own way.
   *
   * @param generations one for each request
   * @param rows most sequences at a time
   */
  public List<Answered> answers(List<Request> requests, List<Generation> generations, int rows) {
    return model.generate(requests, generations, rows).stream()
        .map(answer -> new Answered(answer.ids(), tokenizer.decode(answer.ids()).strip()))
        .toList();
  }
}
