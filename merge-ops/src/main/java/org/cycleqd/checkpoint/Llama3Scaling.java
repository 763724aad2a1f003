package org.cycleqd.checkpoint;

/**
 * Scaling of the rotary frequencies by wavelength, as in Llama 3.1.
 *
 * <p>With wavelength {@code L} of a frequency {@code f} and the original context {@code o}: {@code
 * f} stays where {@code L < o/high}, becomes {@code f/factor} where {@code L > o/low}, and is
 * {@code (1-s) f/factor + s f} with {@code s = (o/L - low)/(high - low)} in between. Source: {@code
 * rope_type} "llama3" of Hugging Face Transformers.
 *
 * @param factor by how much long wavelengths are stretched, 1 or more
 * @param lowFrequencyFactor {@code low}, positive
 * @param highFrequencyFactor {@code high}, larger than {@code low}
 * @param originalMaxPositions {@code o}, the context length in tokens before scaling
 */
public record Llama3Scaling(
    double factor,
    double lowFrequencyFactor,
    double highFrequencyFactor,
    int originalMaxPositions) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the field of {@code config.json} that is out of range
   */
  public Llama3Scaling {
    Requirements.require(
        factor >= 1 && Double.isFinite(factor), "factor", factor, "a number of 1 or more");
    Requirements.require(
        lowFrequencyFactor > 0, "low_freq_factor", lowFrequencyFactor, "a positive number");
    Requirements.require(
        highFrequencyFactor > lowFrequencyFactor && Double.isFinite(highFrequencyFactor),
        "high_freq_factor",
        highFrequencyFactor,
        "more than low_freq_factor " + lowFrequencyFactor);
    Requirements.require(
        originalMaxPositions > 0,
        "original_max_position_embeddings",
        originalMaxPositions,
        "a positive integer");
  }
}
