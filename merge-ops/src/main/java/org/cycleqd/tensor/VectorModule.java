package org.cycleqd.tensor;

/** Whether the JVM runs with {@code --add-modules jdk.incubator.vector}. */
public final class VectorModule {

  private VectorModule() {}

  /** Whether classes that use the Vector API may be loaded. */
  public static boolean isPresent() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }
}
