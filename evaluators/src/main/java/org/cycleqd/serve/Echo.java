package org.cycleqd.serve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.cycleqd.lm.Alternatives;
import org.cycleqd.lm.Continuation;
import org.cycleqd.lm.Likelihood;
import org.cycleqd.lm.Token;
import org.cycleqd.lm.text.StreamDecoder;

/** The tokens of a prompt with their probabilities, as answers that repeat it begin with. */
final class Echo {

  private Echo() {}

  /** Tokens of a prompt; the first has no log-probability, which is NaN. */
  static List<Spoken> of(ServedModel model, int[] prompt, Wish wish)
      throws ApiException, InterruptedException {
    float[] values = new float[prompt.length];
    Arrays.fill(values, Float.NaN);
    List<Alternatives> alternatives = List.of();
    if (wish.alternatives().isPresent() && prompt.length > 1) {
      Likelihood found = scored(model, prompt, wish.alternatives().getAsInt());
      System.arraycopy(found.logProbabilities(), 0, values, 1, prompt.length - 1);
      alternatives = found.alternatives();
    }
    StreamDecoder decoder = model.tokenizer().stream(false);
    List<Spoken> spoken = new ArrayList<>();
    for (int i = 0; i < prompt.length; i++) {
      Alternatives own =
          i == 0 || alternatives.isEmpty() ? Alternatives.NONE : alternatives.get(i - 1);
      spoken.add(new Spoken(decoder.push(prompt[i]), new Token(prompt[i], values[i], own)));
    }
    return spoken;
  }

  private static Likelihood scored(ServedModel model, int[] prompt, int alternatives)
      throws ApiException, InterruptedException {
    Answering.require(model.loop(), prompt, 0);
    CompletableFuture<Likelihood> asked =
        model
            .loop()
            .score(
                new Continuation(
                    Arrays.copyOf(prompt, 1), Arrays.copyOfRange(prompt, 1, prompt.length)),
                alternatives);
    try {
      return asked.get();
    } catch (CancellationException e) {
      throw Answering.failure(e);
    } catch (ExecutionException e) {
      throw Answering.failure(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      asked.cancel(false);
      throw e;
    }
  }
}
