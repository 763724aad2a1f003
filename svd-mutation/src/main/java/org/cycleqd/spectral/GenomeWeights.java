package org.cycleqd.spectral;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.cycleqd.merge.kernel.FusedSums;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.FloatConversion;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorTarget;
import org.cycleqd.tensor.TensorView;

/**
 * The weights of an individual, tensor by tensor, to whoever writes them: float32 arithmetic and
 * one rounding to the type of the base's file; the base's own bytes where nothing is added.
 *
 * <p>Base and experts are read where they are mapped, and all other memory is a few tiles per
 * thread. The bits are those of {@link SingularBasis#compose}, whatever the number of threads.
 */
public final class GenomeWeights implements TensorSource, AutoCloseable {

  private static final int COPY_BYTES = 1 << 22;

  private final SingularBasis basis;
  private final Genome genome;
  private final Tiles tiles;
  private final LongConsumer progress;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment[] pieces;

  GenomeWeights(SingularBasis basis, Genome genome, Tiles tiles, LongConsumer progress) {
    this.basis = basis;
    this.genome = genome;
    this.tiles = tiles;
    this.progress = progress;
    this.pieces = new MemorySegment[tiles.threads()];
    Arrays.fill(pieces, MemorySegment.NULL);
  }

  /**
   * Writes one tensor.
   *
   * @throws IllegalArgumentException if the base has no such tensor
   * @throws WeightsException if a composed weight is not finite in the tensor's type
   */
  @Override
  public void write(TensorSpec spec, TensorTarget target) throws IOException {
    Blend blend = basis.blend(genome, spec);
    if (blend.isBase()) {
      copy(blend.base(), target);
    } else if (blend.isFusible()) {
      fuse(blend, target);
    } else {
      compose(blend, target);
    }
  }

  private void copy(TensorView base, TensorTarget target) throws IOException {
    tiles.forEachRun(
        base.data().byteSize(),
        COPY_BYTES,
        piece -> {
          target.put(piece.first(), base.data().asSlice(piece.first(), piece.count()));
          progress.accept(piece.count());
        });
  }

  private void fuse(Blend blend, TensorTarget target) throws IOException {
    List<MemorySegment> models =
        blend.models().stream().map(rows -> ((TensorView) rows).data()).toList();
    tiles.forEachRun(
        blend.spec().elements(),
        Tiles.PIECE_ELEMENTS,
        piece -> {
          long start = piece.first() * Short.BYTES;
          long bytes = (long) piece.count() * Short.BYTES;
          MemorySegment[] runs = new MemorySegment[models.size()];
          for (int k = 0; k < runs.length; k++) {
            runs[k] = models.get(k).asSlice(start, bytes);
          }
          MemorySegment window = target.window(start, bytes);
          MemorySegment memory =
              window.equals(MemorySegment.NULL) ? piece(piece.worker(), bytes) : window;
          if (!FusedSums.addDifferences(
              blend.base().data().asSlice(start, bytes),
              runs,
              blend.weights(),
              memory,
              piece.count())) {
            throw refusal(blend);
          }
          if (window.equals(MemorySegment.NULL)) {
            target.put(start, memory);
          }
          progress.accept(bytes);
        });
  }

  /** Looks for the element that was refused without being told which. */
  private WeightsException refusal(Blend blend) {
    TileComposer composer = basis.borrow();
    try (BlendProducts none = basis.products(blend)) {
      int rows = blend.tileRows();
      for (long first = 0; first < blend.spec().rows(); first += rows) {
        int count = (int) Math.min(rows, blend.spec().rows() - first);
        composer.compose(blend, none, first, count, (_, _, _) -> {});
      }
    } catch (WeightsException e) {
      return e;
    } finally {
      basis.giveBack(composer);
    }
    throw new IllegalStateException(
        "tensor %s: weights are finite in one kernel only".formatted(blend.spec().name()));
  }

  private void compose(Blend blend, TensorTarget target) throws IOException {
    long columns = blend.spec().columns();
    int width = blend.spec().dtype().bits() / Byte.SIZE;
    try (BlendProducts products = basis.products(blend)) {
      tiles.forEachRun(
          blend.spec().rows(),
          blend.tileRows(),
          piece -> {
            long start = piece.first() * columns * width;
            long bytes = piece.count() * columns * width;
            MemorySegment window = target.window(start, bytes);
            MemorySegment memory =
                window.equals(MemorySegment.NULL) ? piece(piece.worker(), bytes) : window;
            TileComposer composer = basis.borrow();
            try {
              composer.compose(
                  blend,
                  products,
                  piece.first(),
                  piece.count(),
                  (values, offset, count) ->
                      FloatConversion.round(
                          blend.spec().dtype(), values, 0, memory, (long) offset * width, count));
            } finally {
              basis.giveBack(composer);
            }
            if (window.equals(MemorySegment.NULL)) {
              target.put(start, memory);
            }
            progress.accept(bytes);
          });
    }
  }

  private MemorySegment piece(int worker, long bytes) {
    if (pieces[worker].byteSize() < bytes) {
      pieces[worker] = arena.allocate(bytes, Long.BYTES);
    }
    return pieces[worker].asSlice(0, bytes);
  }

  @Override
  public void close() {
    arena.close();
  }
}
