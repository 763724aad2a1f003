package org.cycleqd.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Some steps of decoding for rows in the first slots, as the program's {@code decode} takes them.
 */
final class Stretch {

  private final List<Row> rows;
  private final int most;
  private final int stop;

  /**
   * Prepares a stretch.
   *
   * @param rows in the order of their slots, from slot 0 on
   * @param most steps
   * @param stop after so many rows have ended
   */
  Stretch(List<Row> rows, int most, int stop) {
    this.rows = rows;
    int longest = rows.stream().mapToInt(Row::left).max().orElse(1);
    // Whoever listens wants to hear each token at once.
    this.most = rows.stream().anyMatch(Row::streams) ? 1 : Math.min(most, longest);
    this.stop = stop;
  }

  /**
   * What was decoded, row by row, for all steps.
   *
   * @param tokens [n, steps]
   * @param logProbabilities [n, steps], if any row wants them
   * @param bestIds [n, steps, width] the most probable tokens
   * @param best [n, steps, width] their log-probabilities
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Tokens(
      int steps, long[] tokens, float[] logProbabilities, long[] bestIds, float[] best, int width) {

    /** The token of a row in a step, with what it wants to know of it. */
    Token token(int row, int step, Detail detail) {
      int place = row * steps + step;
      return new Token(
          (int) tokens[place],
          detail.logProbabilities() ? logProbabilities[place] : 0,
          Alternatives.of(bestIds, best, place, width, detail.alternatives()));
    }
  }

  Tokens run(NDManager step, LiveModel model, KeyValueCache cache) {
    int count = rows.size();
    long[] token = new long[count];
    long[] place = new long[count];
    long[] left = new long[count];
    float[] heat = new float[count];
    float[] top = new float[count];
    float[] draws = new float[count * most];
    int span = 0;
    boolean sampled = false;
    boolean scored = false;
    int width = Alternatives.widest(rows, model.runtime().config().vocabularySize());
    for (int r = 0; r < count; r++) {
      Row row = rows.get(r);
      Sampling sampling = row.generation().sampling();
      token[r] = row.last();
      int position = row.promptLength() + row.length() - 1;
      place[r] = position;
      left[r] = row.left();
      heat[r] = (float) sampling.temperature();
      top[r] = (float) sampling.topP();
      span = Math.max(span, position + 1);
      sampled |= sampling.draws();
      scored |= row.detail().logProbabilities();
      for (int t = 0; t < most && sampling.draws(); t++) {
        draws[r * most + t] = sampling.draw(row.length() + t);
      }
    }
    NDList found =
        model
            .runtime()
            .program()
            .call(
                step,
                "decode",
                step.create(token),
                step.create(place),
                step.create(left),
                most,
                stop,
                span,
                ends(step),
                step.create(heat),
                step.create(top),
                step.create(draws, new Shape(count, most)),
                sampled,
                scored,
                width,
                cache.steps(),
                model.runtime().cosines(),
                model.runtime().sines(),
                model.operands(),
                cache.keys(),
                cache.values());
    long[] tokens = found.get(0).toLongArray();
    return new Tokens(
        tokens.length / count,
        tokens,
        scored ? found.get(1).toFloatArray() : new float[0],
        width > 0 ? found.get(2).toLongArray() : new long[0],
        width > 0 ? found.get(3).toFloatArray() : new float[0],
        width);
  }

  /** Each row's end tokens, filled up with -1. */
  private NDArray ends(NDManager step) {
    int width = rows.stream().mapToInt(row -> row.generation().ends().size()).max().orElse(0);
    List<Long> all = new ArrayList<>();
    for (Row row : rows) {
      List<Integer> own = List.copyOf(row.generation().ends());
      for (int i = 0; i < Math.max(1, width); i++) {
        all.add(i < own.size() ? own.get(i).longValue() : -1L);
      }
    }
    return step.create(
        all.stream().mapToLong(Long::longValue).toArray(),
        new Shape(rows.size(), Math.max(1, width)));
  }
}
