package org.cycleqd.lm;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;

/**
 * A model whose next token is a table's entry for the last one: the embedding is the identity, the
 * layer adds nothing, the head is the table.
 */
record ChainModel(LlamaRuntime runtime, LiveModel model) implements AutoCloseable {

  static ChainModel of(int positions, int... next) {
    int words = next.length;
    LlamaRuntime runtime = new LlamaRuntime(config(words, List.of(1)), positions);
    LiveModel model = new LiveModel(runtime);
    ChainModel chain = new ChainModel(runtime, model);
    chain.lead(next);
    return chain;
  }

  static LlamaConfig config(int words, List<Integer> ends) {
    return new LlamaConfig(
        words,
        words,
        4,
        1,
        new AttentionConfig(2, 1, 4, false),
        false,
        1e-5,
        RotaryEmbedding.of(10_000),
        64,
        false,
        DType.F32,
        new SpecialTokens(OptionalInt.of(0), ends, OptionalInt.empty()));
  }

  /** Replaces the table. */
  void lead(int... next) {
    int words = next.length;
    load(spec -> {
      float[] values = new float[(int) spec.elements()];
      for (int word = 0; word < words; word++) {
        switch (spec.name()) {
          case "model.embed_tokens.weight" -> values[word * words + word] = 1;
          case "model.norm.weight" -> values[word] = 1;
          case "lm_head.weight" -> values[next[word] * words + word] = 1;
          default -> {
            // The layer adds nothing.
          }
        }
      }
      return values;
    });
  }

  /** Replaces all weights by normal noise. */
  void randomise(long seed) {
    load(spec -> {
      Draws draws = Draws.at(seed, spec.name());
      float[] values = new float[(int) spec.elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) draws.gaussian(i);
      }
      return values;
    });
  }

  private void load(Function<TensorSpec, float[]> values) {
    model.load(spec -> new ArrayRows(spec, values.apply(spec)));
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record ArrayRows(TensorSpec spec, float[] values) implements TensorRows {
    @Override
    public void read(long firstRow, int rows, float[] target) {
      int from = (int) (firstRow * spec.columns());
      System.arraycopy(values, from, target, 0, (int) (rows * spec.columns()));
    }
  }

  @Override
  public void close() {
    model.close();
    runtime.close();
  }
}
