package org.cycleqd.spectral;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.cycleqd.merge.kernel.FusedChanges;
import org.cycleqd.merge.kernel.FusedSums;
import org.cycleqd.merge.stream.TileWork.Piece;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.DType;
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

  /** Pieces for each thread, so that all end at about the same time. */
  private static final int SHARES = 4;

  /** Most elements of such a piece. */
  private static final int PACKED_ELEMENTS = 1 << 21;

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
    } else if (blend.isFusible() && !blend.isMultiplied()) {
      add(blend, target);
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

  /** Task vectors as a whole, from memory to memory without tiles. */
  private void add(Blend blend, TensorTarget target) throws IOException {
    tiles.forEachRun(
        blend.spec().elements(),
        Tiles.PIECE_ELEMENTS,
        piece ->
            store(
                piece,
                1,
                Short.BYTES,
                target,
                memory -> {
                  int count = piece.count();
                  if (!FusedSums.addDifferences(
                      Blend.memory(blend.base(), piece.first(), count),
                      blend.memory(piece.first(), count),
                      blend.weights(),
                      memory,
                      count)) {
                    throw refusal(blend);
                  }
                }));
  }

  /** Looks for the element that was refused without being told which. */
  private WeightsException refusal(Blend blend) {
    TileComposer composer = basis.borrow();
    try (BlendProducts products = basis.products(blend)) {
      int rows = blend.tileRows();
      for (long first = 0; first < blend.spec().rows(); first += rows) {
        int count = (int) Math.min(rows, blend.spec().rows() - first);
        composer.compose(blend, products, first, count, (_, _, _) -> {});
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
    int columns = Math.toIntExact(blend.spec().columns());
    int width = blend.spec().dtype().bits() / Byte.SIZE;
    try (BlendProducts products = basis.products(blend)) {
      boolean packed = blend.isFusible() && products instanceof PackedProduct;
      tiles.forEachRun(
          blend.spec().rows(),
          packed ? packedRows(blend.spec()) : blend.tileRows(),
          piece ->
              store(
                  piece,
                  columns,
                  width,
                  target,
                  memory -> {
                    TileComposer composer = basis.borrow();
                    try {
                      compose(composer, blend, products, piece, memory);
                    } finally {
                      basis.giveBack(composer);
                    }
                  }));
    }
  }

  /** Rows of a piece: right vectors come near once for all of them. */
  private int packedRows(TensorSpec spec) {
    long even = Math.ceilDiv(spec.rows(), SHARES * tiles.threads());
    long most = Math.max(1, PACKED_ELEMENTS / spec.columns());
    return (int) Math.min(even, most);
  }

  private void compose(
      TileComposer composer,
      Blend blend,
      BlendProducts products,
      Piece piece,
      MemorySegment memory) {
    DType dtype = blend.spec().dtype();
    if (!blend.isFusible()) {
      long width = dtype.bits() / Byte.SIZE;
      composer.compose(
          blend,
          products,
          piece.first(),
          piece.count(),
          (values, offset, count) ->
              FloatConversion.round(dtype, values, 0, memory, offset * width, count));
      return;
    }
    if (products instanceof PackedProduct packed) {
      if (!packed.blend(blend, memory, piece.first(), piece.count())) {
        throw refusal(blend);
      }
      return;
    }
    composer.multiply(products, piece.first(), piece.count());
    long first = piece.first() * blend.spec().columns();
    int count = Math.toIntExact(piece.count() * blend.spec().columns());
    if (!FusedChanges.add(
        Blend.memory(blend.base(), first, count),
        blend.memory(first, count),
        blend.weights(),
        composer.tile(),
        memory,
        count)) {
      throw refusal(blend);
    }
  }

  /**
   * Has a piece written to where it goes.
   *
   * @param units elements for each thing that the piece counts
   * @param width bytes of an element
   */
  private void store(
      Piece piece, int units, int width, TensorTarget target, Consumer<MemorySegment> work)
      throws IOException {
    long start = piece.first() * units * width;
    long bytes = (long) piece.count() * units * width;
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
      pieces[worker] = arena.allocate(bytes, Long.BYTES);
    }
    return pieces[worker].asSlice(0, bytes);
  }

  @Override
  public void close() {
    arena.close();
  }
}
