package org.cycleqd.spectral;

import java.lang.foreign.MemorySegment;

/** Base and models only. */
record NoProducts() implements BlendProducts {

  @Override
  public void multiply(MemorySegment out, long first, int count) {
    throw new IllegalStateException("there is nothing to multiply");
  }

  @Override
  public void close() {}
}
