package org.cycleqd.experiment;

import org.cycleqd.lm.Placement;
import org.cycleqd.lm.Precision;
import org.jspecify.annotations.Nullable;

/**
 * How models are run. Workers and drafts change no result; {@code maxNewTokens}, {@code dtype} and
 * {@code device} do, and {@code threads} may, since more threads add the terms of a sum in another
 * order.
 *
 * @param workers models evaluated at a time; if null, as many as processors and lag allow
 * @param threads threads of one worker's matrix products
 * @param maxNewTokens an answer is cut after so many tokens
 * @param draft what is verified before decoding
 * @param dtype the type of live weights and activations
 * @param device {@code cpu}, or {@code cuda:N} for the N-th GPU
 */
public record RuntimeConfig(
    @Nullable Integer workers,
    @Default("1") int threads,
    @Default("512") int maxNewTokens,
    @Default("parents") Draft draft,
    @Default("f32") Precision dtype,
    @Default("cpu") String device) {

  /** Checks the numbers. */
  public RuntimeConfig {
    if (workers != null) {
      Require.between("workers", workers, 1, 1024);
    }
    Require.between("threads", threads, 1, 1024);
    Require.between("max_new_tokens", maxNewTokens, 1, 1_000_000);
    Require.that(
        Placement.isDevice(device),
        "device",
        "is '%s', allowed: cpu, or cuda:N for the N-th GPU".formatted(device));
  }

  /** Where and in which type models compute. */
  public Placement placement() {
    return new Placement(device, dtype);
  }

  /** The workers to use: those configured, or the smaller of processors and lag. */
  public int workers(int processors, int lag) {
    return workers != null ? workers : Math.max(1, Math.min(processors, lag));
  }
}
