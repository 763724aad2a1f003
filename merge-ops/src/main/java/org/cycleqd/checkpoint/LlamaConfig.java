package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSpec;

/**
 * The architecture of a Llama model with silu activation.
 *
 * @param vocabularySize rows of the embedding; may exceed the tokenizer's length
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width inside the MLP
 * @param layers number of decoder layers
 * @param attention shape of the attention layers
 * @param mlpBias whether the three MLP projections have biases
 * @param rmsNormEpsilon added to the mean square before its root is taken
 * @param rotary rotary position embedding
 * @param maximumPositions longest context in tokens
 * @param tiedEmbeddings whether the output head is the embedding matrix, and no tensor of its own
 * @param dtype the dtype that {@code config.json} declares; the files' tensors may differ
 * @param specialTokens beginning, ends and padding
 */
public record LlamaConfig(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    AttentionConfig attention,
    boolean mlpBias,
    double rmsNormEpsilon,
    RotaryEmbedding rotary,
    int maximumPositions,
    boolean tiedEmbeddings,
    DType dtype,
    SpecialTokens specialTokens) {

  /** A sanity limit: a hostile file must not make us list billions of tensors. */
  private static final int MAXIMUM_LAYERS = 10_000;

  /**
   * Checks all ranges.
   *
   * @throws IllegalArgumentException naming the field of {@code config.json} that does not fit
   */
  public LlamaConfig {
    Requirements.requirePositive("vocab_size", vocabularySize);
    Requirements.requirePositive("hidden_size", hiddenSize);
    Requirements.requirePositive("intermediate_size", intermediateSize);
    Requirements.require(
        layers > 0 && layers <= MAXIMUM_LAYERS,
        "num_hidden_layers",
        layers,
        "1 to " + MAXIMUM_LAYERS);
    Requirements.requirePositive("rms_norm_eps", rmsNormEpsilon);
    Requirements.requirePositive("max_position_embeddings", maximumPositions);
    Requirements.require(dtype.isWeight(), "dtype", dtype, "F32, BF16 or F16");
    specialTokens.requireBelow(vocabularySize);
  }

  /**
   * Reads {@code config.json} of a model folder, and {@code generation_config.json} if there is
   * one.
   *
   * <p>Both dialects are read: Transformers 4 ({@code rope_theta}, {@code rope_scaling}, {@code
   * torch_dtype}) and 5 ({@code rope_parameters}, {@code dtype}). Optional fields default as in
   * Transformers: {@code num_key_value_heads} to the heads, {@code head_dim} to hidden size /
   * heads, {@code rope_theta} to 10000, biases and tying to false, the dtype to float32, bos to 1,
   * eos to 2. Token ids of {@code generation_config.json} take precedence.
   *
   * @throws CheckpointException if a field is missing, malformed, contradictory or unsupported
   * @throws IOException if a file cannot be read
   */
  public static LlamaConfig read(Path folder) throws IOException {
    return LlamaConfigReader.read(folder);
  }

  /** The same architecture with another number of layers and another declared dtype. */
  public LlamaConfig with(int otherLayers, DType otherDType) {
    return new LlamaConfig(
        vocabularySize,
        hiddenSize,
        intermediateSize,
        otherLayers,
        attention,
        mlpBias,
        rmsNormEpsilon,
        rotary,
        maximumPositions,
        tiedEmbeddings,
        otherDType,
        specialTokens);
  }

  /** All tensors in Hugging Face naming, in the order of computation, in the declared dtype. */
  public List<TensorSpec> tensors() {
    return LlamaTensors.of(this);
  }

  /**
   * Everything that the configuration says, as text by field of {@code config.json}; two dialects
   * that mean the same give the same.
   */
  public SequencedMap<String, String> facts() {
    SequencedMap<String, String> facts = ConfigFacts.architecture(this);
    facts.putAll(ConfigFacts.generation(this));
    // The texts that digests are made of stay as they are; these are for people.
    facts.put("bos_token_id", text(specialTokens.beginning()));
    facts.put("pad_token_id", text(specialTokens.padding()));
    return facts;
  }

  private static String text(OptionalInt id) {
    return id.isPresent() ? Integer.toString(id.getAsInt()) : "none";
  }

  /** The text of a {@code config.json} that Transformers 4 and 5 both read. */
  public String toJson() {
    return LlamaConfigText.config(this);
  }

  /** The text of a {@code generation_config.json} with the special tokens. */
  public String toGenerationJson() {
    return LlamaConfigText.generationConfig(this);
  }
}
