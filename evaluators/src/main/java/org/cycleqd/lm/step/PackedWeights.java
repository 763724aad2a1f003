package org.cycleqd.lm.step;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Weights in the order in which products read them. */
final class PackedWeights {

  private final Arena arena;
  private final StepKernel kernel;
  private final List<Matrix> matrices = new ArrayList<>();
  private final List<Vector> vectors = new ArrayList<>();

  PackedWeights(Arena arena, StepKernel kernel) {
    this.arena = arena;
    this.kernel = kernel;
  }

  private record Matrix(
      MemorySegment source, long outputs, long inputs, MemorySegment panels, long padded) {

    long count() {
      return Math.ceilDiv(outputs, Lanes.COUNT);
    }
  }

  private record Vector(MemorySegment source, MemorySegment target) {}

  /** Makes room for a matrix [outputs, inputs]. */
  MemorySegment matrix(MemorySegment source, long outputs, long inputs) {
    long padded = Lanes.up(inputs);
    MemorySegment panels = arena.allocate(Lanes.up(outputs) * padded * Float.BYTES, 4096);
    matrices.add(new Matrix(source, outputs, inputs, panels, padded));
    return panels;
  }

  /** Makes room for a vector that is filled up with zeros. */
  MemorySegment vector(MemorySegment source) {
    long elements = source.byteSize() / Float.BYTES;
    MemorySegment target = arena.allocate(Lanes.up(elements) * Float.BYTES, Lanes.BYTES);
    vectors.add(new Vector(source, target));
    return target;
  }

  /** Bytes of all matrices. */
  long bytes() {
    return matrices.stream().mapToLong(matrix -> matrix.panels.byteSize()).sum();
  }

  /** Copies all weights as they are now. */
  void refresh(Crew crew) {
    vectors.forEach(vector -> vector.target.copyFrom(vector.source));
    int threads = crew.size();
    crew.run(thread -> {
      for (Matrix matrix : matrices) {
        kernel.pack(
            matrix.source,
            matrix.outputs,
            matrix.inputs,
            matrix.panels,
            matrix.padded,
            matrix.count() * thread / threads,
            matrix.count() * (thread + 1) / threads);
      }
    });
  }
}
