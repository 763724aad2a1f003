package org.cycleqd.merge.stream;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;
import org.cycleqd.tensor.VectorModule;

/**
 * One output tensor and what it is made of.
 *
 * @param output its name, shape and dtype
 * @param base the base model's values, where the method uses a base
 * @param sources the models, without the base where it is one
 * @param parameters the method's parameters for the tensor as a whole
 * @param seed of addressed randomness
 * @param compatible whether known errors of mergekit 0.1.4 are reproduced
 */
public record TensorTask(
    TensorSpec output,
    Optional<TensorRows> base,
    List<Source> sources,
    Parameters parameters,
    long seed,
    boolean compatible) {

  /**
   * Copies the list and checks the shapes.
   *
   * @throws IllegalArgumentException if an ingredient has another shape than the output
   */
  public TensorTask {
    sources = List.copyOf(sources);
    for (Source source : sources) {
      requireShape(output, source.rows().spec());
    }
    if (base.isPresent()) {
      requireShape(output, base.get().spec());
    }
    if (output.columns() > Integer.MAX_VALUE / 8) {
      throw new IllegalArgumentException(
          "tensor %s: found rows of %d elements, expected fewer than 2^28"
              .formatted(output.name(), output.columns()));
    }
  }

  private static void requireShape(TensorSpec output, TensorSpec input) {
    if (!input.shape().equals(output.shape())) {
      throw new IllegalArgumentException(
          "tensor %s: found shape %s, expected %s"
              .formatted(input.name(), input.shape(), output.shape()));
    }
  }

  /** Whether all ingredients are tensors in memory, from which any run of elements can be read. */
  public boolean isInMemory() {
    return base.map(TensorView.class::isInstance).orElse(true)
        && sources.stream().allMatch(source -> source.rows() instanceof TensorView);
  }

  /**
   * Whether the task can be done from bfloat16 memory to bfloat16 memory, see {@link FusedStep}.
   */
  public boolean isFusible() {
    return VectorModule.isPresent()
        && output.dtype() == DType.BF16
        && isInMemory()
        && base.map(TensorTask::isBrain).orElse(true)
        && sources.stream().allMatch(source -> isBrain(source.rows()));
  }

  private static boolean isBrain(TensorRows rows) {
    return rows.spec().dtype() == DType.BF16;
  }

  /** The base's elements in memory; {@link MemorySegment#NULL} where there is no base. */
  public MemorySegment baseMemory() {
    return base.map(TensorTask::memory).orElse(MemorySegment.NULL);
  }

  /** The sources' elements in memory. */
  public List<MemorySegment> modelMemory() {
    return sources.stream().map(source -> memory(source.rows())).toList();
  }

  private static MemorySegment memory(TensorRows rows) {
    return ((TensorView) rows).data();
  }

  /** The sources' values of one numeric parameter. */
  public double[] numbers(String parameter) {
    return sources.stream().mapToDouble(source -> source.parameters().number(parameter)).toArray();
  }
}
