package org.cycleqd.lm;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** New tokens of many sequences for one pass, in the layout of the program's {@code predict}. */
final class Pass {

  private final LongStream.Builder ids = LongStream.builder();
  private final LongStream.Builder slots = LongStream.builder();
  private final LongStream.Builder places = LongStream.builder();
  private final LongStream.Builder wanted = LongStream.builder();
  private final LongStream.Builder targets = LongStream.builder();
  private final List<Long> groups = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private int tokens;

  /** Adds a row whose first {@code cached} tokens are in the cache. */
  void add(Row row, int[] text, int cached) {
    int fresh = text.length - cached;
    for (int i = cached; i < text.length; i++) {
      ids.add(text[i]);
      slots.add(row.slot());
      places.add(i);
    }
    for (int i = 0; i < row.wanted(); i++) {
      wanted.add(tokens + row.promptLength() - 1 - cached + i);
      targets.add(row.forced(i));
    }
    tokens += fresh;
    rows.add(row);
    int last = groups.size() - 3;
    if (last >= 0 && groups.get(last + 1) == fresh && groups.get(last + 2) == cached) {
      groups.set(last, groups.get(last) + 1);
    } else {
      groups.addAll(List.of(1L, (long) fresh, (long) cached));
    }
  }

  Predictions run(NDManager step, LiveModel model, KeyValueCache cache) {
    long[] at = wanted.build().toArray();
    boolean sampled = rows.stream().anyMatch(row -> row.generation().sampling().draws());
    boolean scored = rows.stream().anyMatch(row -> row.detail().logProbabilities());
    int width = Alternatives.widest(rows, model.runtime().config().vocabularySize());
    float[] heat = new float[at.length];
    float[] top = new float[at.length];
    float[] draws = new float[at.length];
    int next = 0;
    for (Row row : rows) {
      Sampling sampling = row.generation().sampling();
      for (int i = 0; i < row.wanted(); i++) {
        heat[next] = (float) sampling.temperature();
        top[next] = (float) sampling.topP();
        draws[next] = sampling.draws() ? sampling.draw(i) : 0;
        next++;
      }
    }
    NDList found =
        model
            .runtime()
            .program()
            .call(
                step,
                "predict",
                step.create(ids.build().toArray()),
                step.create(slots.build().toArray()),
                step.create(places.build().toArray()),
                groups.stream().mapToLong(Long::longValue).toArray(),
                step.create(at),
                step.create(targets.build().toArray()),
                step.create(heat),
                step.create(top),
                step.create(draws),
                sampled,
                scored,
                width,
                cache.steps(),
                model.runtime().cosines(),
                model.runtime().sines(),
                model.operands(),
                cache.keys(),
                cache.values());
    return new Predictions(
        found.get(0).toLongArray(),
        scored ? found.get(1).toFloatArray() : new float[0],
        scored ? found.get(2).toFloatArray() : new float[0],
        width > 0 ? found.get(3).toLongArray() : new long[0],
        width > 0 ? found.get(4).toFloatArray() : new float[0],
        width);
  }
}
