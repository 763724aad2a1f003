package org.cycleqd.experiment;

import org.jspecify.annotations.Nullable;

/**
 * How models are run. Workers and drafts change no result; {@code maxNewTokens} does, and {@code
 * threads} may, since more threads add the terms of a sum in another order.
 *
 * @param workers models evaluated at a time; if null, as many as processors and lag allow
 * @param threads threads of one worker's matrix products
 * @param maxNewTokens an answer is cut after so many tokens
 * @param draft what is verified before decoding
 */
public record RuntimeConfig(
    @Nullable Integer workers,
    @Default("1") int threads,
    @Default("512") int maxNewTokens,
    @Default("reference") Draft draft) {

  /** Checks the numbers. */
  public RuntimeConfig {
    if (workers != null) {
      Require.between("workers", workers, 1, 1024);
    }
    Require.between("threads", threads, 1, 1024);
    Require.between("max_new_tokens", maxNewTokens, 1, 1_000_000);
  }

  /** The workers to use: those configured, or the smaller of processors and lag. */
  public int workers(int processors, int lag) {
    return workers != null ? workers : Math.max(1, Math.min(processors, lag));
  }
}
