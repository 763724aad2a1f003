package org.cycleqd.lm;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.tensor.DType;

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
    float[] identity = new float[words * words];
    for (int word = 0; word < words; word++) {
      identity[word * words + word] = 1;
    }
    chain.weight("model.embed_tokens.weight").set(identity);
    float[] ones = new float[words];
    Arrays.fill(ones, 1);
    chain.weight("model.norm.weight").set(ones);
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
    float[] head = new float[next.length * next.length];
    for (int word = 0; word < next.length; word++) {
      head[next[word] * next.length + word] = 1;
    }
    weight("lm_head.weight").set(head);
  }

  private NDArray weight(String name) {
    return model.weights().stream()
        .filter(weight -> weight.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    model.close();
    runtime.close();
  }
}
