package org.cycleqd.spectral;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.TensorTarget;

/** Live weights of one model in memory, filled with rubbish. */
public final class LiveFloats {

  private final List<MemorySegment> tensors;

  /** Allocates the weights. */
  public LiveFloats(Checkpoint base) {
    tensors =
        base.config().tensors().stream()
            .map(spec ->
                Arena.ofAuto()
                    .allocate(spec.elements() * Float.BYTES, 64)
                    .fill((byte) -1)) // not a number
            .toList();
  }

  /** What takes the weights. */
  public List<TensorTarget> targets() {
    return tensors.stream().map(TensorTarget::into).toList();
  }

  /** Makes the weights a genome's. */
  public LiveFloats compose(SingularBasis basis, Genome genome, int threads) {
    try (Tiles tiles = new Tiles(threads)) {
      basis.compose(genome, targets(), tiles);
    } catch (IOException e) { // memory takes everything
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** The weights, tensor by tensor. */
  public List<float[]> values() {
    return tensors.stream().map(tensor -> tensor.toArray(ValueLayout.JAVA_FLOAT)).toList();
  }
}
