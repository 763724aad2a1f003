package org.cycleqd.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cycleqd.lm.step.CompiledSteps;
import org.cycleqd.torch.NativeArrays;

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

    /** Single steps one behind the other. */
    static Tokens joined(List<Tokens> each, int count) {
      int steps = each.size();
      Tokens first = each.getFirst();
      int width = first.width;
      long[] tokens = new long[count * steps];
      float[] logProbabilities = new float[first.logProbabilities.length * steps];
      long[] bestIds = new long[first.bestIds.length * steps];
      float[] best = new float[first.best.length * steps];
      for (int t = 0; t < steps; t++) {
        Tokens one = each.get(t);
        for (int r = 0; r < count; r++) {
          int place = r * steps + t;
          tokens[place] = one.tokens[r];
          if (logProbabilities.length > 0) {
            logProbabilities[place] = one.logProbabilities[r];
          }
          System.arraycopy(one.bestIds, r * width, bestIds, place * width, width);
          System.arraycopy(one.best, r * width, best, place * width, width);
        }
      }
      return new Tokens(steps, tokens, logProbabilities, bestIds, best, width);
    }
  }

  Tokens run(NDManager step, LiveModel model, KeyValueCache cache) {
    Given given = new Given(model.runtime().config().vocabularySize());
    return cache
        .compiled()
        .map(steps -> given.decode(step, model, steps))
        .orElseGet(() -> given.decode(step, model, cache));
  }

  /** What decoding needs to know of the rows. */
  private final class Given {

    private final int count = rows.size();
    private final long[] token = new long[count];
    private final long[] place = new long[count];
    private final long[] left = new long[count];
    private final float[] heat = new float[count];
    private final float[] top = new float[count];
    private final float[] draws = new float[count * most];
    private final int width;
    private int span;
    private boolean sampled;
    private boolean scored;

    Given(int words) {
      width = Alternatives.widest(rows, words);
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
    }

    /** By libtorch, all steps in one call. */
    Tokens decode(NDManager step, LiveModel model, KeyValueCache cache) {
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
      return tokens(found);
    }

    private Tokens tokens(NDList found) {
      long[] tokens = found.get(0).toLongArray();
      return new Tokens(
          tokens.length / count,
          tokens,
          scored ? found.get(1).toFloatArray() : new float[0],
          width > 0 ? found.get(2).toLongArray() : new long[0],
          width > 0 ? found.get(3).toFloatArray() : new float[0],
          width);
    }

    /** In machine code, with the choice by libtorch where it is not the most probable token. */
    Tokens decode(NDManager step, LiveModel model, CompiledSteps steps) {
      List<Tokens> each = new ArrayList<>();
      boolean[] ended = new boolean[count];
      int over = 0;
      while (each.size() < most && over < stop) {
        int t = each.size();
        steps.run(count, token, place);
        Tokens found = sampled || scored ? pick(step, model, steps, t) : mostProbable(steps);
        each.add(found);
        for (int r = 0; r < count; r++) {
          long next = found.tokens[r];
          if (ended[r]) {
            found.tokens[r] = -1;
          } else {
            token[r] = next;
            place[r]++;
            ended[r] = left[r] <= t + 1 || rows.get(r).generation().ends().contains((int) next);
            over += ended[r] ? 1 : 0;
          }
        }
      }
      return Tokens.joined(each, count);
    }

    private Tokens mostProbable(CompiledSteps steps) {
      long[] tokens = new long[count];
      Arrays.setAll(tokens, steps::best);
      return new Tokens(1, tokens, new float[0], new long[0], new float[0], 0);
    }

    private Tokens pick(NDManager manager, LiveModel model, CompiledSteps steps, int t) {
      float[] drawn = new float[count];
      for (int r = 0; r < count; r++) {
        drawn[r] = draws[r * most + t];
      }
      try (NDManager step = manager.newSubManager()) {
        NDList found =
            model
                .runtime()
                .program()
                .call(
                    step,
                    "pick",
                    NativeArrays.of(step, steps.logits(count), count, steps.words()),
                    step.create(heat),
                    step.create(top),
                    step.create(drawn),
                    sampled,
                    scored,
                    width);
        return tokens(found);
      }
    }
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
