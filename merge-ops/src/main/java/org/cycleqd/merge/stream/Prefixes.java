package org.cycleqd.merge.stream;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Sums of counts over all earlier pieces of a walk.
 *
 * <p>Every piece says what it counted as soon as it knows, and waits for the sum of those before
 * it. Pieces are handed out in order, so those are being worked on or done.
 */
final class Prefixes {

  private final Walk walk;
  private final AtomicReferenceArray<long @Nullable []> through;

  Prefixes(Walk walk, long pieces) {
    this.walk = walk;
    this.through = new AtomicReferenceArray<>(Math.toIntExact(pieces));
  }

  /**
   * Announces a piece's counts.
   *
   * @return the sums before it
   * @throws IOException if the walk was given up
   */
  long[] before(long piece, long[] counts) throws IOException {
    int index = (int) piece;
    long[] before = index == 0 ? new long[counts.length] : awaited(index - 1);
    long[] sums = new long[counts.length];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = before[i] + counts[i];
    }
    through.set(index, sums);
    return before;
  }

  private long[] awaited(int index) throws IOException {
    while (true) {
      long[] sums = through.get(index);
      if (sums != null) {
        return sums;
      }
      if (walk.isAbandoned() || Thread.currentThread().isInterrupted()) {
        throw new Walk.AbandonedException();
      }
      Thread.onSpinWait();
    }
  }
}
