package org.cycleqd.checkpoint.adapter;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.torch.TorchProgram;

/**
 * Weighted sums of adapters' changes, sum of w_i s_i B_i A_i for each weight; an adapter without
 * factors for it adds nothing.
 *
 * <p>Adding the factors themselves would not do: the product of sums has the terms B_i A_j.
 */
public final class AdapterSum {

  private final Checkpoint base;
  private final List<Term> terms;
  private final DType dtype;

  /** An adapter and its weight w, of any sign. */
  public record Term(Adapter adapter, double weight) {}

  /** A result and what it lost. */
  public record Truncated(AdapterContent content, AdapterReport report) {}

  /**
   * Checks that the sum has low-rank factors.
   *
   * @param base what the adapters were trained on
   * @param dtype what the resulting factors are rounded to
   * @throws CheckpointException if an adapter does not fit the base, or has DoRA, biases or modules
   *     stored as a whole, whose changes are no products of factors
   */
  public AdapterSum(Checkpoint base, List<Term> terms, DType dtype) throws CheckpointException {
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("a sum needs at least one adapter");
    }
    for (Term term : terms) {
      requireFactorsAlone(term.adapter());
      if (!Double.isFinite(term.weight())) {
        throw new IllegalArgumentException(
            "weight: found %s, expected a finite number".formatted(term.weight()));
      }
    }
    this.base = base;
    this.terms = List.copyOf(terms);
    this.dtype = dtype;
  }

  /**
   * The exact sum: A_i times w_i s_i on top of each other, B_i beside each other. Ranks add up.
   *
   * @throws CheckpointException if an adapter does not fit the base
   */
  public AdapterContent concatenated() throws CheckpointException {
    List<LowRankFactors> sums = stacks().map(this::product).toList();
    return AdapterContent.of(baseModel(), sums, dtype);
  }

  /**
   * The best approximation of the sum with a given rank, by singular value decomposition in
   * float64; the sum itself, a matrix as large as the weight, is never formed.
   *
   * @param rank of each weight's factors, or less where the sum has less
   * @return the result, and the energy it lost in each weight
   * @throws CheckpointException if an adapter does not fit the base
   */
  public Truncated truncated(int rank) throws CheckpointException {
    if (rank < 1) {
      throw new IllegalArgumentException("rank: found %d, expected 1 or more".formatted(rank));
    }
    List<LowRankFactors> sums = new ArrayList<>();
    List<TensorReport> reports = new ArrayList<>();
    try (TorchProgram program = TorchProgram.load(FactorProgram.TEXT)) {
      stacks()
          .forEach(stack -> {
            SingularFactors svd = decomposed(program, stack);
            int kept = Math.min(rank, svd.length());
            sums.add(svd.truncated(stack.tensor(), kept, dtype));
            reports.add(
                new TensorReport(
                    stack.tensor(),
                    TensorReport.Treatment.FACTORS,
                    kept,
                    svd.energyFrom(0),
                    svd.energyFrom(kept)));
          });
    }
    return new Truncated(AdapterContent.of(baseModel(), sums, dtype), new AdapterReport(reports));
  }

  private LowRankFactors product(StackedFactors stack) {
    return new LowRankFactors(
        stack.tensor(),
        1,
        new FloatRows(
            TensorSpec.of("A", dtype, stack.rank(), stack.inputs()), floats(stack.right())),
        new FloatRows(
            TensorSpec.of("B", dtype, stack.outputs(), stack.rank()), floats(stack.left())),
        false);
  }

  private static SingularFactors decomposed(TorchProgram program, StackedFactors stack) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      return SingularFactors.of(
          program.call(
              manager,
              "product_svd",
              manager.create(stack.left(), new Shape(stack.outputs(), stack.rank())),
              manager.create(stack.right(), new Shape(stack.rank(), stack.inputs()))));
    }
  }

  private Stream<StackedFactors> stacks() throws CheckpointException {
    return StackedFactors.of(base, terms);
  }

  private String baseModel() {
    return terms.getFirst().adapter().config().baseModel().orElse(base.folder().toString());
  }

  private static void requireFactorsAlone(Adapter adapter) throws CheckpointException {
    AdapterConfig config = adapter.config();
    require(adapter, "use_dora", config.dora(), "true");
    require(
        adapter,
        "modules_to_save",
        !config.saved().ends().isEmpty(),
        String.valueOf(config.saved().ends()));
    require(adapter, "bias", config.bias() != AdapterConfig.Bias.NONE, config.bias().toString());
    require(adapter, "lora_bias", config.factorBias(), "true");
  }

  private static void require(Adapter adapter, String field, boolean odd, String found)
      throws CheckpointException {
    if (odd) {
      throw new CheckpointException(
          adapter.folder(), field, found, "none: a sum takes low-rank factors alone");
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
