package org.cycleqd.lm;

import org.cycleqd.checkpoint.Llama3Scaling;
import org.cycleqd.checkpoint.LlamaConfig;

/**
 * Cosines and sines of the rotary position embedding (Su et al., arXiv 2104.09864), in the
 * half-split layout, with Llama 3.1's frequency scaling where the config asks for it.
 */
final class RotaryTable {

  private final float[] frequencies;
  private final int positions;

  /**
   * Prepares positions 0 to {@code positions - 1}.
   *
   * @param positions number of rows
   */
  RotaryTable(LlamaConfig config, int positions) {
    int half = config.attention().headDimension() / 2;
    this.positions = positions;
    this.frequencies = new float[half];
    for (int i = 0; i < half; i++) {
      double frequency =
          Math.pow(config.rotary().theta(), -2.0 * i / config.attention().headDimension());
      frequencies[i] =
          (float)
              config
                  .rotary()
                  .scaling()
                  .map(s -> scaled(frequency, s))
                  .orElse(frequency)
                  .doubleValue();
    }
  }

  /** Row-major [positions, head_dim]. */
  float[] cosines() {
    return fill(true);
  }

  /** Row-major [positions, head_dim]. */
  float[] sines() {
    return fill(false);
  }

  private float[] fill(boolean cosine) {
    int half = frequencies.length;
    float[] table = new float[positions * half * 2];
    for (int p = 0; p < positions; p++) {
      for (int i = 0; i < half; i++) {
        float angle = p * frequencies[i];
        float value = (float) (cosine ? Math.cos(angle) : Math.sin(angle));
        table[(2 * p) * half + i] = value;
        table[(2 * p + 1) * half + i] = value;
      }
    }
    return table;
  }

  /** Long waves are slowed down by the factor, short ones kept, those between interpolated. */
  private static double scaled(double frequency, Llama3Scaling scaling) {
    double wavelength = 2 * Math.PI / frequency;
    double original = scaling.originalMaxPositions();
    if (wavelength < original / scaling.highFrequencyFactor()) {
      return frequency;
    }
    if (wavelength > original / scaling.lowFrequencyFactor()) {
      return frequency / scaling.factor();
    }
    double smooth =
        (original / wavelength - scaling.lowFrequencyFactor())
            / (scaling.highFrequencyFactor() - scaling.lowFrequencyFactor());
    return (1 - smooth) * frequency / scaling.factor() + smooth * frequency;
  }
}
