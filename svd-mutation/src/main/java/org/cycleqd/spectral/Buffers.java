package org.cycleqd.spectral;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Memory that is used again, since getting it from the system and giving it back take time. */
final class Buffers implements AutoCloseable {

  private final Arena arena = Arena.ofShared();
  private final List<MemorySegment> idle = new ArrayList<>();

  /** Memory of at least so many bytes, with anything in it. */
  synchronized MemorySegment borrow(long bytes) {
    Optional<MemorySegment> found =
        idle.stream()
            .filter(buffer -> buffer.byteSize() >= bytes)
            .min(Comparator.comparingLong(MemorySegment::byteSize));
    found.ifPresent(idle::remove);
    return found.orElseGet(() -> arena.allocate(rounded(bytes), 64));
  }

  /** Sizes are few, so that most buffers can be used again. */
  private static long rounded(long bytes) {
    return Long.highestOneBit(Math.max(bytes, 1 << 16) * 2 - 1);
  }

  /** Takes memory back. */
  synchronized void giveBack(MemorySegment buffer) {
    idle.add(buffer);
  }

  @Override
  public void close() {
    arena.close();
  }
}
