package org.cycleqd.torch;

import ai.djl.engine.Engine;

/**
 * Settings of libtorch that hold for the whole process and must stand before it starts.
 *
 * <p>One thread per caller is the default: sums then have one order, and results do not depend on
 * the number of cores. Workers in parallel use the cores instead.
 */
public final class TorchRuntime {

  private static final String THREADS = "ai.djl.pytorch.num_threads";

  private TorchRuntime() {}

  /**
   * Sets the number of threads that one operator may use.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public static void threads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, was " + threads);
    }
    System.setProperty(THREADS, Integer.toString(threads));
  }

  /** The number of threads that one operator may use. */
  public static int threads() {
    return Integer.parseInt(System.getProperty(THREADS, "1"));
  }

  /** Starts libtorch with the settings made so far; later settings have no effect. */
  static void start() {
    if (System.getProperty(THREADS) == null) {
      System.setProperty(THREADS, "1");
    }
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    Engine.getEngine("PyTorch");
  }
}
