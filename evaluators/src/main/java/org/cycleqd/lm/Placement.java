package org.cycleqd.lm;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

/**
 * Where and in which type a model computes.
 *
 * @param device {@code cpu}, or {@code cuda:N} for the N-th GPU, which needs libtorch with CUDA
 */
public record Placement(String device, Precision precision) {

  /** Checks the device's name. */
  public Placement {
    if (!isDevice(device)) {
      throw new IllegalArgumentException(
          "device: found %s, expected cpu or cuda:N".formatted(device));
    }
  }

  /** Whether this is the name of a device, there or not. */
  public static boolean isDevice(String name) {
    return name.matches("cpu|cuda:[0-9]{1,3}");
  }

  /**
   * What of it decides on results, as text: the type and the kind of device; empty for float32 on
   * the processor.
   */
  public String text() {
    return equals(processor())
        ? ""
        : "%s %s".formatted(precision.label(), device.replaceAll(":.*", ""));
  }

  /** float32 on the processor. */
  public static Placement processor() {
    return new Placement("cpu", Precision.F32);
  }

  /**
   * An owner of arrays there.
   *
   * @throws IllegalStateException if the device is not there
   */
  NDManager newManager() {
    if (device.equals("cpu")) {
      return NDManager.newBaseManager(Device.cpu(), "PyTorch");
    }
    int number = Integer.parseInt(device.substring("cuda:".length()));
    int there = ai.djl.engine.Engine.getEngine("PyTorch").getGpuCount();
    if (number >= there) {
      throw new IllegalStateException(
          "device: found %s, expected one of the %d GPUs that libtorch sees"
              .formatted(device, there));
    }
    return NDManager.newBaseManager(Device.gpu(number), "PyTorch");
  }
}
