package org.cycleqd.spectral;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.FloatConversion;
import org.cycleqd.tensor.TensorRows;

/**
 * Composes tiles of tensors in float32, with the memory for it; one thread at a time. All memory is
 * bounded by the size of a tile.
 */
final class TileComposer implements AutoCloseable {

  /** Elements that are added at a time; they fit the first cache. */
  private static final int RUN = 1 << 11;

  private final Arena arena = Arena.ofShared();
  private final MergeKernel kernel = MergeKernel.fastest();
  private final MemorySegment tile;
  private MemorySegment rounded = MemorySegment.NULL;
  private float[] base = new float[0];
  private float[] out = new float[0];
  private float[][] changes = new float[0][];

  /**
   * Allocates the memory.
   *
   * @param elements of the largest tile
   */
  TileComposer(long elements) {
    tile = arena.allocate(elements * Float.BYTES, 64);
  }

  /**
   * Memory for a tile of float32 elements. A run's place in it is free as soon as the run is
   * composed.
   */
  MemorySegment tile() {
    return tile;
  }

  /** Puts the products of a blend into the memory of the tile. */
  void multiply(BlendProducts products, long firstRow, int rows) {
    products.multiply(tile, firstRow, rows);
  }

  /** Rounds numbers to those that a type has. */
  void round(DType dtype, float[] values, int count) {
    if (dtype == DType.F32) {
      return;
    }
    if (rounded.byteSize() < (long) count * Short.BYTES) {
      rounded = arena.allocate((long) count * Short.BYTES, 64);
    }
    FloatConversion.round(dtype, values, 0, rounded, 0, count);
    FloatConversion.widen(dtype, rounded, 0, values, 0, count);
  }

  /** Takes composed elements. */
  @FunctionalInterface
  interface Sink {

    /**
     * Takes a run, in an array that it may overwrite.
     *
     * @param offset of its first element in the tile
     */
    void accept(float[] values, int offset, int count);
  }

  /**
   * Composes a tile, run by run.
   *
   * @throws WeightsException if an element is not finite in the tensor's type
   */
  void compose(Blend blend, BlendProducts products, long firstRow, int rows, Sink sink) {
    int columns = Math.toIntExact(blend.spec().columns());
    boolean multiplied = blend.isMultiplied();
    if (multiplied) {
      multiply(products, firstRow, rows);
    }
    int models = blend.models().size();
    float[] weights = Arrays.copyOf(blend.weights(), models + (multiplied ? 1 : 0));
    if (multiplied) {
      weights[models] = 1;
    }
    int most = Math.max(1, RUN / Math.max(1, columns));
    reserve(weights.length, Math.multiplyExact(Math.min(most, rows), columns));
    for (int row = 0; row < rows; row += most) {
      int count = Math.min(most, rows - row);
      int elements = count * columns;
      blend.base().read(firstRow + row, count, base);
      for (int k = 0; k < models; k++) {
        TensorRows model = blend.models().get(k);
        model.read(firstRow + row, count, changes[k]);
        kernel.subtract(changes[k], base, elements);
      }
      if (multiplied) {
        long offset = (long) row * columns * Float.BYTES;
        MemorySegment.copy(tile, ValueLayout.JAVA_FLOAT, offset, changes[models], 0, elements);
      }
      if (blend.isBase()) {
        sink.accept(base, row * columns, elements); // a sum would lose the sign of a zero
        continue;
      }
      kernel.sumOnto(base, changes, weights, out, elements);
      int beyond = kernel.firstBeyond(out, blend.spec().dtype().largest(), elements);
      if (beyond >= 0) {
        throw refusal(blend, (firstRow + row) * columns + beyond, out[beyond]);
      }
      sink.accept(out, row * columns, elements);
    }
  }

  /**
   * The whole of a tensor in float32, without looking whether it is finite.
   *
   * @param onto whether the base is part of it, or only what is added
   * @return [m, n]
   * @throws ArithmeticException if it has more elements than an array can hold
   */
  float[] whole(Blend blend, BlendProducts products, boolean onto) {
    int columns = Math.toIntExact(blend.spec().columns());
    float[] whole = new float[Math.toIntExact(blend.spec().elements())];
    float[] origin = new float[columns];
    float[] other = new float[columns];
    int most = blend.tileRows();
    for (int row = 0; row < blend.spec().rows(); row++) {
      int start = row * columns;
      if (blend.isMultiplied()) {
        if (row % most == 0) {
          multiply(products, row, (int) Math.min(most, blend.spec().rows() - row));
        }
        long offset = (long) (row % most) * columns * Float.BYTES;
        MemorySegment.copy(tile, ValueLayout.JAVA_FLOAT, offset, whole, start, columns);
      }
      blend.base().read(row, 1, origin);
      for (int k = 0; k < blend.models().size(); k++) {
        blend.models().get(k).read(row, 1, other);
        for (int i = 0; i < columns; i++) {
          whole[start + i] += blend.weights()[k] * (other[i] - origin[i]);
        }
      }
      for (int i = 0; onto && i < columns; i++) {
        whole[start + i] += origin[i];
      }
    }
    return whole;
  }

  private static WeightsException refusal(Blend blend, long element, float found) {
    long columns = blend.spec().columns();
    return new WeightsException(
        "tensor %s: element [%d, %d]: found a composed value of %s, expected one within %s"
            .formatted(
                blend.spec().name(),
                element / columns,
                element % columns,
                found,
                blend.spec().dtype()));
  }

  private void reserve(int inputs, int elements) {
    if (base.length < elements) {
      base = new float[elements];
      out = new float[elements];
      changes = new float[0][];
    }
    int had = changes.length;
    if (had < inputs) {
      changes = Arrays.copyOf(changes, inputs);
      for (int k = had; k < inputs; k++) {
        changes[k] = new float[base.length];
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
