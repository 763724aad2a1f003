package org.cycleqd.spectral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.adapter.LowRankFactors;
import org.cycleqd.checkpoint.adapter.MatrixDecomposition;
import org.cycleqd.checkpoint.adapter.RankRule;
import org.cycleqd.checkpoint.adapter.SingularFactors;
import org.cycleqd.checkpoint.adapter.TaskMatrix;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.torch.NativeArrays;
import org.cycleqd.torch.TorchProgram;

/**
 * Takes task vectors apart, one tensor at a time: whole matrices by LAPACK, truncated large ones by
 * a randomised range finder whose error is measured, and adapters in their own rank. Safe for use
 * from several threads.
 */
final class TaskDecomposition implements AutoCloseable {

  /** The largest shorter side of a matrix of which all components are had to keep some. */
  private static final int EXACT_UP_TO = 1500;

  /** Largest error of a kept singular value, in units of the largest one. */
  static final double TOLERANCE = 0.2;

  private final Checkpoint base;
  private final BasisPolicy policy;
  private final TorchProgram program = TorchProgram.load(ComposeProgram.TEXT);
  private final MatrixDecomposition matrices = new MatrixDecomposition(EXACT_UP_TO, 0);

  TaskDecomposition(Checkpoint base, BasisPolicy policy) {
    this.base = base;
    this.policy = policy;
  }

  /**
   * The components of one task vector.
   *
   * @param memory takes the singular vectors
   * @throws CheckpointException if a weight is not finite
   */
  Factors factors(TensorSpec spec, Expert expert, SegmentAllocator memory)
      throws CheckpointException {
    Treatment treatment = policy.treatment(spec);
    Optional<TensorRows> weights = expert.weights(spec.name());
    if (treatment == Treatment.EXCLUDE || weights.isEmpty()) {
      return Factors.without(0, 0);
    }
    Optional<LowRankFactors> product = expert.factors(spec.name());
    if (product.isPresent()) {
      return product(product.get(), treatment, memory);
    }
    TaskMatrix matrix = new TaskMatrix(base, expert.folder(), weights.get());
    if (treatment == Treatment.SCALAR) {
      return Factors.without(0, (float) Math.sqrt(matrix.energy()));
    }
    Optional<RankRule> rule = policy.truncation().rule();
    return rule.isPresent() ? truncated(matrix, rule.get(), memory) : exact(matrix, memory);
  }

  private Factors exact(TaskMatrix matrix, SegmentAllocator memory) throws CheckpointException {
    int rows = matrix.rows();
    int columns = matrix.columns();
    int full = Math.min(rows, columns);
    try (Arena arena = Arena.ofConfined();
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      MemorySegment elements = floats(arena, (long) rows * columns);
      double[] energy = new double[1];
      matrix.forEachTile((first, tile) -> {
        long start = (long) first * columns;
        for (int i = 0; i < tile.length; i++) {
          elements.setAtIndex(ValueLayout.JAVA_FLOAT, start + i, (float) tile[i]);
          energy[0] += tile[i] * tile[i];
        }
      });
      float norm = (float) Math.sqrt(energy[0]);
      if (norm == 0) {
        return Factors.without(full, 0);
      }
      MemorySegment left = floats(memory, (long) rows * full);
      MemorySegment right = floats(memory, (long) full * columns);
      NDArray values = manager.zeros(new Shape(full));
      program.call(
          manager,
          "svd",
          NativeArrays.of(manager, elements, rows, columns),
          NativeArrays.of(manager, left, rows, full),
          values,
          NativeArrays.of(manager, right, full, columns));
      return new Factors(full, norm, 0, 0, values.toFloatArray(), left, right);
    }
  }

  private Factors truncated(TaskMatrix matrix, RankRule rule, SegmentAllocator memory)
      throws CheckpointException {
    double energy = matrix.energy();
    int full = Math.min(matrix.rows(), matrix.columns());
    if (energy == 0) {
      return Factors.without(
          rule instanceof RankRule.Fixed(int rank) ? Math.min(rank, full) : 0, 0);
    }
    MatrixDecomposition.Choice choice = matrices.decompose(matrix, energy, rule, TOLERANCE);
    SingularFactors found = choice.factors();
    double kept = found.energyFrom(0) - found.energyFrom(choice.rank());
    return new Factors(
        choice.rank(),
        (float) Math.sqrt(energy),
        (float) Math.sqrt(Math.max(0, energy - kept)),
        (float) choice.error(),
        values(found, choice.rank()),
        left(found, choice.rank(), memory),
        right(found, choice.rank(), memory));
  }

  /** All components of an adapter's change are stored, also those that are not kept apart. */
  private Factors product(LowRankFactors product, Treatment treatment, SegmentAllocator memory) {
    SingularFactors found = matrices.product(product);
    double energy = found.energyFrom(0);
    if (energy == 0) {
      return Factors.without(0, 0);
    }
    int all = found.length();
    int kept =
        treatment == Treatment.SCALAR
            ? all
            : switch (policy.truncation()) {
              case Truncation.Exact _ -> all;
              case Truncation.Rank(int rank) -> Math.min(rank, all);
              case Truncation.Energy(double share) -> smallest(found, share * energy);
            };
    return new Factors(
        kept,
        (float) Math.sqrt(energy),
        (float) Math.sqrt(found.energyFrom(kept)),
        0,
        values(found, all),
        left(found, all, memory),
        right(found, all, memory));
  }

  private static int smallest(SingularFactors factors, double wanted) {
    double all = factors.energyFrom(0);
    int kept = 1;
    while (kept < factors.length() && all - factors.energyFrom(kept) < wanted) {
      kept++;
    }
    return kept;
  }

  private static float[] values(SingularFactors factors, int rank) {
    float[] values = new float[rank];
    for (int i = 0; i < rank; i++) {
      values[i] = (float) factors.values()[i];
    }
    return values;
  }

  private static MemorySegment left(SingularFactors factors, int rank, SegmentAllocator memory) {
    int rows = factors.left().length / factors.length();
    MemorySegment left = floats(memory, (long) rows * rank);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < rank; i++) {
        left.setAtIndex(
            ValueLayout.JAVA_FLOAT,
            (long) row * rank + i,
            (float) factors.left()[row * factors.length() + i]);
      }
    }
    return left;
  }

  private static MemorySegment right(SingularFactors factors, int rank, SegmentAllocator memory) {
    int columns = factors.right().length / factors.length();
    MemorySegment right = floats(memory, (long) rank * columns);
    for (int i = 0; i < rank * columns; i++) {
      right.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) factors.right()[i]);
    }
    return right;
  }

  private static MemorySegment floats(SegmentAllocator memory, long count) {
    return memory.allocate(count * Float.BYTES, 64);
  }

  @Override
  public void close() {
    matrices.close();
    program.close();
  }
}
