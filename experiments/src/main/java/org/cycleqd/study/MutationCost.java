package org.cycleqd.study;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.checkpoint.adapter.LowRankFactors;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.BasisPolicy;
import org.cycleqd.spectral.ChildSvdMutation;
import org.cycleqd.spectral.Expert;
import org.cycleqd.spectral.ExpertBasisMutation;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeWeights;
import org.cycleqd.spectral.MatrixMutation;
import org.cycleqd.spectral.SingularBasis;
import org.cycleqd.spectral.TopSingularMutation;
import org.cycleqd.spectral.Truncation;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorTarget;
import org.cycleqd.torch.TorchProgram;

/**
 * What a mutated child costs in one square matrix on one thread.
 *
 * @param size rows and columns
 * @param rank components that are shifted
 * @param childSeconds of composing it, rounded to bfloat16 in memory
 * @param productSeconds of the plain matrix product of these components
 * @param decompositionSeconds of the decomposition of its task vector, which it does not need
 * @param childSvdSeconds of a child by {@code child-svd}, which does need one, composed as well
 * @param topSingularSeconds of a child by {@code top-singular}, which takes all of the model's
 *     matrices apart; for one of them
 */
public record MutationCost(
    int size,
    int rank,
    double childSeconds,
    double productSeconds,
    double decompositionSeconds,
    double childSvdSeconds,
    double topSingularSeconds) {

  private static final String PROGRAM =
      """
        def product(self: __torch__.Program, out: Tensor, a: Tensor, b: Tensor) -> Tensor:
          return torch.mm(a, b, out=out)
        def svd(self: __torch__.Program, a: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
          return torch.linalg_svd(torch.to(a, 7), False)
      """;

  private static final double NANOS = 1e9;
  private static final String TENSOR = "model.layers.0.mlp.up_proj.weight";

  /** How often a new decomposition takes the child's time. */
  public double decompositionRatio() {
    return decompositionSeconds / childSeconds;
  }

  /** The child's time in units of the product's. */
  public double productRatio() {
    return childSeconds / productSeconds;
  }

  /**
   * Measures one matrix with all components, with half of them and with a few.
   *
   * @param folder where models are or will be
   * @param repetitions of products and children; the best counts
   */
  static List<MutationCost> measure(Path folder, int size, int truncated, int repetitions)
      throws IOException {
    SyntheticModels.write(folder, config(size), false);
    List<MutationCost> costs = new ArrayList<>();
    try (Checkpoint base = Checkpoint.open(folder.resolve("base"));
        OneTensor expert = new OneTensor(Checkpoint.open(folder.resolve("expert-a")))) {
      double decomposition = decompositionSeconds(size);
      for (int rank : new int[] {size, size / 2, truncated}) {
        BasisPolicy policy =
            BasisPolicy.of(rank == size ? new Truncation.Exact() : new Truncation.Rank(rank));
        SequencedMap<String, Expert> experts = new LinkedHashMap<>();
        experts.put("a", expert);
        try (SingularBasis basis = SingularBasis.of(base, experts, policy)) {
          costs.add(
              new MutationCost(
                  size,
                  rank,
                  childSeconds(base, basis, repetitions),
                  productSeconds(size, rank, repetitions),
                  decomposition,
                  seconds(base, basis, new ChildSvdMutation(0.3, false)),
                  seconds(base, basis, new TopSingularMutation(0.25, 256)) / squares(base, size)));
        }
      }
    }
    return costs;
  }

  private static LlamaConfig config(int size) {
    return new LlamaConfig(
        8,
        size,
        size,
        1,
        new AttentionConfig(size / 8, 1, 8, false),
        false,
        1e-5,
        RotaryEmbedding.of(10_000),
        16,
        true,
        DType.BF16,
        SpecialTokens.none());
  }

  /** An expert that changes one matrix. */
  private record OneTensor(Checkpoint model) implements Expert {

    @Override
    public Path folder() {
      return model.folder();
    }

    @Override
    public String digest() {
      return model.digest();
    }

    @Override
    public Optional<TensorRows> weights(String tensor) {
      return tensor.equals(TENSOR) ? Optional.of(model.tensor(tensor)) : Optional.empty();
    }

    @Override
    public Optional<LowRankFactors> factors(String tensor) {
      return Optional.empty();
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private static double childSeconds(Checkpoint base, SingularBasis basis, int repetitions)
      throws IOException {
    Genome child =
        new ExpertBasisMutation(0.3)
            .mutate(Genome.uniform(basis.layout(), 0.5), 0, Draws.at(1, "child"));
    TensorSpec spec = base.tensor(TENSOR).spec();
    double best = Double.POSITIVE_INFINITY;
    try (Tiles tiles = new Tiles(1);
        Arena arena = Arena.ofShared();
        GenomeWeights weights = basis.weights(child, tiles, _ -> {})) {
      MemorySegment out = arena.allocate(spec.bytes(), 64);
      for (int i = 0; i <= repetitions; i++) {
        long start = System.nanoTime();
        weights.write(spec, TensorTarget.into(out));
        best = Math.min(best, (System.nanoTime() - start) / NANOS);
      }
    }
    return best;
  }

  private static long squares(Checkpoint base, long size) {
    return base.tensors().values().stream()
        .filter(view -> view.spec().shape().equals(List.of(size, size)))
        .count();
  }

  /** The time from parent to child by a mutation that decomposes. */
  private static double seconds(Checkpoint base, SingularBasis basis, MatrixMutation mutation)
      throws IOException {
    Genome parent = Genome.uniform(basis.layout(), 0.5);
    TensorSpec spec = base.tensor(TENSOR).spec();
    try (Tiles tiles = new Tiles(1);
        Arena arena = Arena.ofShared()) {
      MemorySegment out = arena.allocate(spec.bytes(), 64);
      long start = System.nanoTime();
      Genome child = mutation.mutate(parent, basis, Draws.at(1, "child"));
      try (GenomeWeights weights = basis.weights(child, tiles, _ -> {})) {
        weights.write(spec, TensorTarget.into(out));
      }
      return (System.nanoTime() - start) / NANOS;
    }
  }

  private static double productSeconds(int size, int rank, int repetitions) {
    double best = Double.POSITIVE_INFINITY;
    try (TorchProgram program = TorchProgram.load(PROGRAM);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray left = manager.ones(new Shape(size, rank));
      NDArray right = manager.ones(new Shape(rank, size));
      NDArray out = manager.ones(new Shape(size, size));
      for (int i = 0; i <= repetitions; i++) {
        long start = System.nanoTime();
        program.call(manager, "product", out, left, right).close();
        best = Math.min(best, (System.nanoTime() - start) / NANOS);
      }
    }
    return best;
  }

  private static double decompositionSeconds(int size) {
    try (TorchProgram program = TorchProgram.load(PROGRAM);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      float[] values = new float[size * size];
      Draws draws = Draws.at(1, "decomposed");
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (draws.uniform(i) - 0.5);
      }
      NDArray matrix = manager.create(values, new Shape(size, size));
      long start = System.nanoTime();
      program.call(manager, "svd", matrix).close();
      return (System.nanoTime() - start) / NANOS;
    }
  }
}
