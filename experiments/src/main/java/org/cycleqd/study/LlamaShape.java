package org.cycleqd.study;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.tensor.DType;

/** Architectures of known sizes. */
public enum LlamaShape {
  /** 0.13 billion parameters. */
  M100("100m", 32_000, 768, 2048, 12, 12, 4),
  /** TinyLlama, 1.10 billion parameters. */
  B1("1b", 32_000, 2048, 5632, 22, 32, 4),
  /** Llama 3 8B, 8.03 billion parameters. */
  B8("8b", 128_256, 4096, 14_336, 32, 32, 8);

  private final String label;
  private final int vocabulary;
  private final int hidden;
  private final int intermediate;
  private final int layers;
  private final int heads;
  private final int keyValueHeads;

  LlamaShape(
      String label,
      int vocabulary,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int keyValueHeads) {
    this.label = label;
    this.vocabulary = vocabulary;
    this.hidden = hidden;
    this.intermediate = intermediate;
    this.layers = layers;
    this.heads = heads;
    this.keyValueHeads = keyValueHeads;
  }

  /** The name that users give, e.g. {@code 8b}. */
  public String label() {
    return label;
  }

  /** The shape of this name, or empty. */
  public static Optional<LlamaShape> labelled(String label) {
    return Arrays.stream(values())
        .filter(shape -> shape.label.equals(label.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /** The architecture, in bfloat16. */
  public LlamaConfig config() {
    return new LlamaConfig(
        vocabulary,
        hidden,
        intermediate,
        layers,
        new AttentionConfig(heads, keyValueHeads, hidden / heads, false),
        false,
        1e-5,
        RotaryEmbedding.of(10_000),
        2048,
        false,
        DType.BF16,
        SpecialTokens.of(1, 2));
  }
}
