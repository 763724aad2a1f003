package org.cycleqd.lm.step;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;

/** A small model of randomly drawn weights with its cache, in memory as steps are given it. */
final class DrawnModel implements AutoCloseable {

  /** Architectures that fit no vector. */
  @SuppressWarnings("ImmutableEnumChecker") // records of numbers
  enum Shape {
    PAIRS(37, 12, 20, new AttentionConfig(3, 1, 2, true), false, true),
    SIXES(9, 30, 50, new AttentionConfig(3, 3, 6, false), true, false),
    TENS(50, 20, 36, new AttentionConfig(6, 2, 10, true), true, false),
    WIDE_HEADS(70, 25, 40, new AttentionConfig(3, 1, 64, false), false, true),
    MANY_VECTORS(16, 16, 16, new AttentionConfig(2, 2, 96, false), false, false),
    LONG_SUMS(35, 17, 4099, new AttentionConfig(2, 1, 6, false), true, false);

    private final LlamaConfig config;

    Shape(int words, int hidden, int inner, AttentionConfig attention, boolean bias, boolean tied) {
      this.config =
          new LlamaConfig(
              words,
              hidden,
              inner,
              2,
              attention,
              bias,
              1e-5,
              RotaryEmbedding.of(10_000),
              512,
              tied,
              DType.F32,
              SpecialTokens.none());
    }

    LlamaConfig config() {
      return config;
    }
  }

  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String HEAD = "lm_head.weight";

  private final LlamaConfig config;
  private final Arena arena = Arena.ofShared();
  private final Map<String, MemorySegment> tensors = new LinkedHashMap<>();
  private final CompiledSteps.Model memory;

  /** Draws weights. */
  DrawnModel(LlamaConfig config, int rows, int capacity, long seed) {
    this.config = config;
    int hidden = config.hiddenSize();
    add(EMBEDDING, config.vocabularySize(), hidden);
    if (!config.tiedEmbeddings()) {
      add(HEAD, config.vocabularySize(), hidden);
    }
    add("model.norm.weight", 1, hidden);
    AttentionConfig attention = config.attention();
    int queries = (int) attention.queryWidth();
    int inner = config.intermediateSize();
    for (int l = 0; l < config.layers(); l++) {
      String layer = "model.layers." + l + ".";
      add(layer + "input_layernorm.weight", 1, hidden);
      add(layer + "post_attention_layernorm.weight", 1, hidden);
      int inputs = queries + 2 * (int) attention.keyValueWidth();
      linear(layer + CompiledSteps.INPUTS, inputs, hidden, attention.bias());
      linear(layer + "self_attn.o_proj", hidden, queries, attention.bias());
      linear(layer + "mlp.gate_proj", inner, hidden, config.mlpBias());
      linear(layer + "mlp.up_proj", inner, hidden, config.mlpBias());
      linear(layer + "mlp.down_proj", hidden, inner, config.mlpBias());
    }
    draw(seed);
    int dimension = attention.headDimension();
    List<MemorySegment> keys = new ArrayList<>();
    List<MemorySegment> values = new ArrayList<>();
    for (int l = 0; l < config.layers(); l++) {
      long count = (long) rows * attention.keyValueHeads() * capacity * dimension;
      keys.add(noNumbers(count));
      values.add(noNumbers(count));
    }
    this.memory =
        new CompiledSteps.Model(
            tensors, keys, values, turns(capacity, dimension, 0), turns(capacity, dimension, 1));
  }

  private void linear(String name, int outputs, int inputs, boolean bias) {
    add(name + ".weight", outputs, inputs);
    if (bias) {
      add(name + ".bias", 1, outputs);
    }
  }

  private void add(String name, int outputs, int inputs) {
    tensors.put(name, arena.allocate((long) outputs * inputs * Float.BYTES, Float.BYTES));
  }

  /** What nobody has written is no number, so that it shows if somebody reads it. */
  private MemorySegment noNumbers(long count) {
    MemorySegment memory = arena.allocate(count * Float.BYTES, Float.BYTES);
    for (long i = 0; i < count; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.NaN);
    }
    return memory;
  }

  private MemorySegment turns(int positions, int dimension, int which) {
    float[] table = new float[positions * dimension];
    for (int i = 0; i < table.length; i++) {
      int position = i / dimension;
      double angle = position * Math.pow(10_000, -2.0 * (i % (dimension / 2)) / dimension);
      table[i] = (float) (which == 0 ? Math.cos(angle) : Math.sin(angle));
    }
    return arena.allocateFrom(ValueLayout.JAVA_FLOAT, table);
  }

  /** Replaces all weights. */
  void draw(long seed) {
    tensors.forEach((name, memory) -> {
      Draws draws = Draws.at(seed, name);
      boolean norm = name.endsWith("norm.weight");
      float[] drawn = new float[(int) (memory.byteSize() / Float.BYTES)];
      double spread = norm || name.endsWith("bias") ? 0.2 : 1.5 / Math.sqrt((double) inputs(name));
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = (float) ((norm ? 1 : 0) + spread * draws.gaussian(i));
      }
      put(name, 0, drawn);
    });
  }

  private long inputs(String name) {
    return name.contains("down_proj")
        ? config.intermediateSize()
        : name.contains("o_proj") ? config.attention().queryWidth() : config.hiddenSize();
  }

  LlamaConfig config() {
    return config;
  }

  CompiledSteps.Model memory() {
    return memory;
  }

  /** Elements of a weight. */
  float[] get(String name) {
    return tensor(name).toArray(ValueLayout.JAVA_FLOAT);
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** Replaces elements of a weight. */
  void put(String name, long first, float... values) {
    MemorySegment.copy(
        values, 0, tensor(name), ValueLayout.JAVA_FLOAT, first * Float.BYTES, values.length);
  }

  private MemorySegment tensor(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  /** A text drawn from the vocabulary. */
  long[] text(int number, int length) {
    Draws draws = Draws.at(3, "text", number);
    long[] ids = new long[length];
    Arrays.setAll(ids, i -> draws.below(i, config.vocabularySize()));
    return ids;
  }

  @Override
  public void close() {
    arena.close();
  }
}
