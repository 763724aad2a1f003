package org.cycleqd.lm.step;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.LlamaConfig;

/**
 * Steps of decoding on the weights and caches of one model: memory, threads and packed weights. One
 * caller at a time.
 */
public final class CompiledSteps implements AutoCloseable {

  /** Bytes of weights up to which each thread reads them all, for rows of its own. */
  private static final long NEAR = 8L << 20;

  private final StepKernel kernel;
  private final long near;
  private final Arena arena = Arena.ofShared();
  private final Crew crew;
  private final Widths widths;
  private final PackedWeights weights;
  private final MemorySegment slots;
  private final MemorySegment tokens;
  private final MemorySegment places;
  private final MemorySegment best;
  private final MemorySegment logits;
  private final MemorySegment meeting;
  private final MemorySegment scratch;
  private final long scoreBytes;
  private boolean stale = true;

  /**
   * Memory that steps read and write, which outlives them.
   *
   * @param tensors the model's weights by name, row-major float32
   * @param keys for each layer [slots, heads, capacity, dimension]
   * @param values likewise
   * @param cosines [positions, dimension]
   * @param sines likewise
   */
  public record Model(
      Map<String, MemorySegment> tensors,
      List<MemorySegment> keys,
      List<MemorySegment> values,
      MemorySegment cosines,
      MemorySegment sines) {}

  /**
   * Allocates memory and starts threads.
   *
   * @param rows most sequences
   * @param capacity most tokens of a sequence, at least {@link #LEAST}
   */
  public CompiledSteps(StepKernel kernel, Model model, int rows, int capacity, int threads) {
    this(kernel, model, rows, capacity, threads, NEAR);
  }

  /** The same with another limit for weights that each thread reads. */
  CompiledSteps(StepKernel kernel, Model model, int rows, int capacity, int threads, long near) {
    if (capacity < LEAST) {
      throw new IllegalArgumentException("capacity %d, expected at least 4".formatted(capacity));
    }
    LlamaConfig config = kernel.config();
    this.kernel = kernel;
    this.near = near;
    this.widths = new Widths(config);
    this.weights = new PackedWeights(arena, kernel);
    this.slots = arena.allocate(Slot.end() + config.layers() * Slot.Layer.bytes(), Lanes.BYTES);
    this.tokens = longs(Slot.TOKENS, rows);
    this.places = longs(Slot.PLACES, rows);
    this.best = longs(Slot.BEST, rows);
    this.meeting = longs(Slot.MEETING, Lanes.COUNT);
    floats(Slot.STREAM, rows * widths.hidden());
    floats(Slot.ATTENDED_STREAM, rows * widths.hidden());
    floats(Slot.NORMALISED, rows * widths.hidden());
    floats(Slot.INPUTS, rows * widths.inputs());
    floats(Slot.ATTENDED, rows * widths.queries());
    floats(Slot.GATE, rows * widths.inner());
    floats(Slot.UP, rows * widths.inner());
    this.logits = floats(Slot.LOGITS, rows * widths.words());
    set(Slot.COSINES, model.cosines);
    set(Slot.SINES, model.sines);
    slots.set(ValueLayout.JAVA_LONG, Slot.CAPACITY.offset(), capacity);
    AttentionConfig attention = config.attention();
    int group = attention.heads() / attention.keyValueHeads();
    this.scoreBytes = (Lanes.up(capacity) + Lanes.COUNT) * Float.BYTES;
    this.scratch = arena.allocate(threads * scratchBytes(group), Lanes.BYTES);
    try {
      bind(config, model);
    } catch (IllegalArgumentException e) {
      arena.close();
      throw e;
    }
    this.crew = new Crew(threads);
  }

  /** The shortest capacity. */
  public static final int LEAST = AttentionText.TOGETHER;

  private long scratchBytes(int group) {
    return scoreBytes * group + Lanes.up(group) * Float.BYTES;
  }

  private void bind(LlamaConfig config, Model model) {
    AttentionConfig attention = config.attention();
    long hidden = config.hiddenSize();
    MemorySegment embedding = tensor(model, "model.embed_tokens.weight");
    set(Slot.EMBEDDING, embedding);
    set(Slot.FINAL_NORM, weights.vector(tensor(model, "model.norm.weight")));
    set(
        Slot.HEAD,
        weights.matrix(
            config.tiedEmbeddings() ? embedding : tensor(model, "lm_head.weight"),
            config.vocabularySize(),
            hidden));
    for (int l = 0; l < config.layers(); l++) {
      LayerBinding layer = new LayerBinding(model, l);
      layer.set(Slot.Layer.KEYS, model.keys.get(l));
      layer.set(Slot.Layer.VALUES, model.values.get(l));
      layer.vector(Slot.Layer.INPUT_NORM, "input_layernorm.weight");
      layer.vector(Slot.Layer.MLP_NORM, "post_attention_layernorm.weight");
      long inputs = attention.queryWidth() + 2 * attention.keyValueWidth();
      layer.product(Slot.Layer.INPUTS, Slot.Layer.INPUTS_BIAS, INPUTS, inputs, hidden);
      layer.product(
          Slot.Layer.OUTPUT,
          Slot.Layer.OUTPUT_BIAS,
          "self_attn.o_proj",
          hidden,
          attention.queryWidth());
      long inner = config.intermediateSize();
      layer.product(Slot.Layer.GATE, Slot.Layer.GATE_BIAS, "mlp.gate_proj", inner, hidden);
      layer.product(Slot.Layer.UP, Slot.Layer.UP_BIAS, "mlp.up_proj", inner, hidden);
      layer.product(Slot.Layer.DOWN, Slot.Layer.DOWN_BIAS, "mlp.down_proj", hidden, inner);
    }
  }

  /** The name under which a layer's projections to queries, keys and values are given as one. */
  public static final String INPUTS = "self_attn.qkv_proj";

  private final class LayerBinding {

    private final Model model;
    private final int layer;

    LayerBinding(Model model, int layer) {
      this.model = model;
      this.layer = layer;
    }

    void set(Slot.Layer part, MemorySegment memory) {
      long offset = Slot.end() + layer * Slot.Layer.bytes() + part.offset();
      slots.set(ValueLayout.JAVA_LONG, offset, memory.address());
    }

    private String name(String part) {
      return "model.layers.%d.%s".formatted(layer, part);
    }

    void vector(Slot.Layer part, String name) {
      set(part, weights.vector(tensor(model, name(name))));
    }

    void product(Slot.Layer part, Slot.Layer bias, String name, long outputs, long inputs) {
      set(part, weights.matrix(tensor(model, name(name + ".weight")), outputs, inputs));
      Optional.ofNullable(model.tensors.get(name(name + ".bias")))
          .ifPresent(values -> set(bias, weights.vector(values)));
    }
  }

  private static MemorySegment tensor(Model model, String name) {
    return Optional.ofNullable(model.tensors.get(name))
        .orElseThrow(() -> new IllegalArgumentException("tensor %s: missing".formatted(name)));
  }

  private MemorySegment longs(Slot slot, int count) {
    return set(slot, arena.allocate((long) count * Long.BYTES, Lanes.BYTES));
  }

  private MemorySegment floats(Slot slot, long count) {
    return set(slot, arena.allocate(count * Float.BYTES, Lanes.BYTES));
  }

  private MemorySegment set(Slot slot, MemorySegment memory) {
    slots.set(ValueLayout.JAVA_LONG, slot.offset(), memory.address());
    return memory;
  }

  /** The weights have changed. */
  public void stale() {
    stale = true;
  }

  /**
   * Computes the logits behind one more token of each of the first rows.
   *
   * @param token the tokens
   * @param place their positions
   */
  public void run(int count, long[] token, long[] place) {
    if (stale) {
      weights.refresh(crew);
      stale = false;
    }
    MemorySegment.copy(token, 0, tokens, ValueLayout.JAVA_LONG, 0, count);
    MemorySegment.copy(place, 0, places, ValueLayout.JAVA_LONG, 0, count);
    meeting.set(ValueLayout.JAVA_LONG, 0, 0);
    int threads = crew.size();
    boolean apart = weights.bytes() <= near;
    crew.run(thread -> {
      MemorySegment own = scratch.asSlice(thread * (scratch.byteSize() / threads));
      if (apart) {
        int first = count * thread / threads;
        int end = count * (thread + 1) / threads;
        if (end > first) {
          kernel.step(slots, 0, 1, first, end - first, own, scoreBytes);
        }
      } else {
        kernel.step(slots, thread, threads, 0, count, own, scoreBytes);
      }
    });
  }

  /** A row's most probable token after the last step. */
  public long best(int row) {
    return best.getAtIndex(ValueLayout.JAVA_LONG, row);
  }

  /** The logits of the first rows [count, {@link #words}]. */
  public MemorySegment logits(int count) {
    return logits.asSlice(0, count * widths.words() * Float.BYTES);
  }

  /** Columns of the logits, of which those behind the vocabulary mean nothing. */
  public long words() {
    return widths.words();
  }

  /** Stops the threads and frees the memory. */
  @Override
  public void close() {
    crew.close();
    arena.close();
  }
}
