package org.cycleqd.experiment;

/**
 * A tokenizer to train on the data.
 *
 * @param vocabulary tokens, special ones included
 */
public record TokenizerConfig(int vocabulary) {

  /** Checks the size. */
  public TokenizerConfig {
    Require.between("vocabulary", vocabulary, 16, 1_000_000);
  }
}
