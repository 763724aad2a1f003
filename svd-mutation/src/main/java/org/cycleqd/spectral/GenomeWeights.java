package org.cycleqd.spectral;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.cycleqd.merge.stream.TileWork.Piece;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorTarget;
import org.cycleqd.tensor.TensorView;

/**
 * The weights of an individual, tensor by tensor, to whoever writes them: float32 arithmetic and
 * one rounding to the type of the base's file; the base's own bytes where nothing is added.
 *
 * <p>Base and experts are read where they are mapped; all other memory is a few tiles per thread
 * and a copy of one tensor's right vectors. The bits are those of {@link SingularBasis#compose},
 * whatever the number of threads.
 */
public final class GenomeWeights implements TensorSource, AutoCloseable {

  private static final int COPY_BYTES = 1 << 22;

  /** Pieces for each thread, so that all end at about the same time. */
  private static final int SHARES = 4;

  /** Most elements of such a piece. */
  private static final int EVEN_ELEMENTS = 1 << 21;

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
    } else {
      compose(blend, target, false);
    }
  }

  /** Writes one tensor as float32 numbers that its type has, whole rows at a time. */
  void writeFloats(TensorSpec spec, TensorTarget target) throws IOException {
    compose(basis.blend(genome, spec), target, true);
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

  private void compose(Blend blend, TensorTarget target, boolean floats) throws IOException {
    TensorSpec spec = blend.spec();
    long rowBytes = spec.columns() * (floats ? Float.BYTES : spec.dtype().bits() / Byte.SIZE);
    try (BlendProducts products = basis.products(blend)) {
      RowComposer rows = RowComposer.of(blend, products, floats);
      tiles.forEachRun(
          spec.rows(),
          rows.isTiled() ? blend.tileRows() : evenRows(spec),
          piece ->
              store(
                  piece,
                  rowBytes,
                  target,
                  memory -> {
                    TileComposer composer = basis.borrow();
                    try {
                      rows.compose(composer, piece.first(), piece.count(), memory);
                    } finally {
                      basis.giveBack(composer);
                    }
                  }));
    }
  }

  /** Rows of a piece: right vectors come near once for all of them. */
  private int evenRows(TensorSpec spec) {
    long even = Math.ceilDiv(spec.rows(), SHARES * tiles.threads());
    long most = Math.max(1, EVEN_ELEMENTS / Math.max(1, spec.columns()));
    return (int) Math.clamp(even, 1, most);
  }

  /**
   * Has a piece written to where it goes.
   *
   * @param piece of rows
   */
  private void store(Piece piece, long rowBytes, TensorTarget target, Consumer<MemorySegment> work)
      throws IOException {
    long start = piece.first() * rowBytes;
    long bytes = piece.count() * rowBytes;
    MemorySegment window = target.window(start, bytes);
    boolean direct = !window.equals(MemorySegment.NULL);
    MemorySegment memory = direct ? window : piece(piece.worker(), bytes);
    work.accept(memory);
    if (!direct) {
      target.put(start, memory);
    }
    progress.accept(bytes);
  }

  private MemorySegment piece(int worker, long bytes) {
    if (pieces[worker].byteSize() < bytes) {
      pieces[worker] = arena.allocate(bytes, 64);
    }
    return pieces[worker].asSlice(0, bytes);
  }

  @Override
  public void close() {
    arena.close();
  }
}
