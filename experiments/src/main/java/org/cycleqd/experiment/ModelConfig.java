package org.cycleqd.experiment;

/**
 * The shape of a new Llama model, in the terms of a Hugging Face {@code config.json}.
 *
 * @param heads query heads
 * @param kvHeads key and value heads, each shared by {@code heads / kvHeads} query heads
 * @param headDim width of one head
 * @param intermediateSize width of the feed-forward layers
 * @param context longest sequence in tokens
 * @param tied whether the output head is the embedding
 */
public record ModelConfig(
    int hiddenSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    int intermediateSize,
    int context,
    @Default("10000.0") double ropeTheta,
    @Default("1.0e-5") double rmsNormEps,
    @Default("false") boolean tied) {

  /** Checks the shape. */
  public ModelConfig {
    Require.atLeast("hidden_size", hiddenSize, 1);
    Require.atLeast("layers", layers, 1);
    Require.atLeast("heads", heads, 1);
    Require.that(
        kvHeads >= 1 && heads % kvHeads == 0,
        "kv_heads",
        "is %d, allowed: a divisor of the %d heads".formatted(kvHeads, heads));
    Require.that(
        headDim >= 2 && headDim % 2 == 0,
        "head_dim",
        "is %d, allowed: an even number, 2 or more".formatted(headDim));
    Require.atLeast("intermediate_size", intermediateSize, 1);
    Require.atLeast("context", context, 2);
    Require.positive("rope_theta", ropeTheta);
    Require.positive("rms_norm_eps", rmsNormEps);
  }
}
