package org.cycleqd.merge.stream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.cycleqd.merge.kernel.MergeKernel;
import org.jspecify.annotations.Nullable;

/**
 * Sets to zero what lies on the wrong side of cuts, during one walk over a tensor.
 *
 * <p>Which of several elements of the same magnitude count as larger depends on how many came
 * before in the tensor. Every tile says how many it has as soon as it knows, and waits for the sum
 * of those before it.
 */
public final class Trim implements TileStep {

  /**
   * What becomes of one channel: elements within {@code kept} stay, but not those within {@code
   * dropped}.
   *
   * @param kept the largest elements that may stay
   * @param dropped the largest of them, which may not, or empty
   */
  public record Band(Cut kept, Optional<Cut> dropped) {}

  private static final int SPINS = 1 << 8;

  private final MergeKernel kernel;
  private final Channels channels;
  private final List<Band> bands;
  private final List<Cut> split = new ArrayList<>();
  private final List<Integer> splitChannels = new ArrayList<>();
  private final AtomicReferenceArray<long @Nullable []> counted;

  /**
   * Prepares a walk.
   *
   * @param channels the values to trim, as they were selected; changed in place
   * @param bands one for each channel
   */
  public Trim(
      MergeKernel kernel, Tiles tiles, TensorTask task, Channels channels, List<Band> bands) {
    this.kernel = kernel;
    this.channels = channels;
    this.bands = List.copyOf(bands);
    for (int c = 0; c < bands.size(); c++) {
      note(bands.get(c).kept(), c);
      if (bands.get(c).dropped().isPresent()) {
        note(bands.get(c).dropped().get(), c);
      }
    }
    long count = Math.ceilDiv(task.output().rows(), tiles.rows(task.output().columns()));
    counted = new AtomicReferenceArray<>(split.isEmpty() ? 0 : Math.toIntExact(count));
  }

  private void note(Cut cut, int channel) {
    if (cut.splitsEquals()) {
      split.add(cut);
      splitChannels.add(channel);
    }
  }

  @Override
  public void apply(Tile tile) throws IOException {
    float[][] values = channels.of(tile);
    long[] before = split.isEmpty() ? new long[0] : before(tile, values);
    int next = 0;
    for (int c = 0; c < bands.size(); c++) {
      Band band = bands.get(c);
      boolean splits = band.kept().splitsEquals();
      keep(values[c], band.kept(), splits ? before[next++] : 0, tile.count());
      if (band.dropped().isPresent()) {
        Cut dropped = band.dropped().get();
        drop(values[c], dropped, dropped.splitsEquals() ? before[next++] : 0, tile.count());
      }
    }
  }

  private void keep(float[] values, Cut cut, long before, int count) {
    if (cut.equals(Cut.ALL)) {
      return;
    }
    boolean inclusive = !cut.splitsEquals() ? cut.taken() > 0 : before < cut.taken();
    if (inclusive && cut.splitsEquals()) {
      zeroEquals(values, cut.magnitude(), cut.taken() - before, Long.MAX_VALUE, count);
    }
    kernel.keepAbove(values, cut.magnitude(), inclusive, count);
  }

  private void drop(float[] values, Cut cut, long before, int count) {
    if (cut.equals(Cut.NONE)) {
      return;
    }
    if (cut.splitsEquals()) {
      zeroEquals(values, cut.magnitude(), 0, cut.taken() - before, count);
    }
    kernel.keepBelow(values, cut.magnitude(), cut.splitsEquals(), count);
  }

  /** Sets those with the given magnitude to zero whose number among them is in [from, to). */
  private static void zeroEquals(float[] values, float magnitude, long from, long to, int count) {
    long number = 0;
    for (int i = 0; i < count && number < to; i++) {
      if (Math.abs(values[i]) == magnitude) {
        if (number >= from) {
          values[i] = 0;
        }
        number++;
      }
    }
  }

  private long[] before(Tile tile, float[][] values) throws IOException {
    long[] counts = new long[split.size()];
    for (int s = 0; s < counts.length; s++) {
      counts[s] =
          kernel.countEqual(values[splitChannels.get(s)], split.get(s).magnitude(), tile.count());
    }
    int index = Math.toIntExact(tile.position().index());
    long[] before = index == 0 ? new long[counts.length] : awaited(tile, index - 1);
    long[] through = new long[counts.length];
    for (int s = 0; s < counts.length; s++) {
      through[s] = before[s] + counts[s];
    }
    counted.set(index, through);
    return before;
  }

  private long[] awaited(Tile tile, int index) throws IOException {
    for (int tries = 1; ; tries++) {
      long[] before = counted.get(index);
      if (before != null) {
        return before;
      }
      if (tile.position().walk().isAbandoned()) {
        return new long[split.size()]; // nothing is kept, and only the failure itself is reported
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new IOException("given up");
      }
      if (tries % SPINS != 0) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(1); // who is waited for may be waiting for this core
      }
    }
  }
}
