package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.adapter.AdapterContent;
import org.cycleqd.checkpoint.adapter.AdapterWriter;
import org.cycleqd.checkpoint.adapter.LowRankFactors;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.eigen.Eigen;
import org.nd4j.linalg.factory.Nd4j;

/** Mutations that decompose the child itself, against float64 arithmetic on composed models. */
class MatrixMutationTest {

  private static final Draws DRAWS = Draws.at(5, "child", 9, "mutation", 0);
  private static final ChildSvdMutation CHILD_SVD = new ChildSvdMutation(0.3, false);
  private static final TopSingularMutation TOP = new TopSingularMutation(0.5, 3);

  @TempDir private Path folder;

  @Test
  void childSvdScalesTheComponentsOfAMix() throws IOException {
    try (TinyExperts models = models(DType.F32)) {
      Genome parent = models.genome(3);
      Genome child = CHILD_SVD.mutate(parent, models.basis(), DRAWS);
      requireScaled(models, parent, child, 1e-5);
      Genome grandchild = CHILD_SVD.mutate(child, models.basis(), DRAWS.child("next"));
      requireScaled(models, child, grandchild, DRAWS.child("next"), 1e-5);
    }
  }

  @Test
  void childSvdOfAdaptersStaysInTheirSpan() throws IOException {
    try (TinyExperts models = models(DType.F32)) {
      SequencedMap<String, Expert> experts = adapters(models.base());
      try (SingularBasis basis = SingularBasis.of(models.base(), experts, BasisPolicy.exact())) {
        TinyExperts adapted = new TinyExperts(models.base(), models.experts(), basis);
        Genome parent = adapted.genome(4);
        Genome child = CHILD_SVD.mutate(parent, basis, DRAWS);
        requireScaled(adapted, parent, child, 1e-5);
        int up = names(basis).indexOf("model.layers.0.mlp.up_proj.weight");
        assertThat(child.core().get(up).shift()).as("2 and 3 components").hasSize(25);
        Genome grandchild = CHILD_SVD.mutate(child, basis, DRAWS.child("next"));
        requireScaled(adapted, child, grandchild, DRAWS.child("next"), 1e-5);
        requireSameBits(adapted, grandchild);
        // Whole matrices take over from pairs of vectors.
        Genome top = TOP.mutate(child, basis, DRAWS);
        requireShifted(adapted, child, top);
        requireScaled(adapted, top, CHILD_SVD.mutate(top, basis, DRAWS), 1e-4);
        requireSameBits(adapted, top);
      }
      experts.values().forEach(Expert::close);
    }
  }

  @Test
  void expertsThatAgreeAreNoTrouble() throws IOException {
    try (TinyExperts models = models(DType.F32)) {
      SequencedMap<String, Expert> experts = adapters(models.base());
      experts.put("again", Expert.open(models.base(), folder.resolve("adapter-0")));
      Objects.requireNonNull(experts.remove("lora-1")).close();
      try (SingularBasis basis = SingularBasis.of(models.base(), experts, BasisPolicy.exact())) {
        TinyExperts adapted = new TinyExperts(models.base(), models.experts(), basis);
        Genome parent = Genome.uniform(basis.layout(), 0.5, 0.5);
        requireScaled(adapted, parent, CHILD_SVD.mutate(parent, basis, DRAWS), 1e-5);
        Genome nothing = Genome.uniform(basis.layout(), 0.5, -0.5);
        List<float[]> base = adapted.compose(nothing);
        List<float[]> child = adapted.compose(CHILD_SVD.mutate(nothing, basis, DRAWS));
        for (int t = 0; t < base.size(); t++) {
          requireClose(matrix(child.get(t), 1), matrix(base.get(t), 1), 1e-7);
        }
      }
      experts.values().forEach(Expert::close);
    }
  }

  @Test
  void aTruncatedBasisKeepsItsResiduals() throws IOException {
    try (TinyExperts models = models(DType.F32)) {
      SequencedMap<String, Expert> experts = new LinkedHashMap<>();
      experts.put("a", Expert.of(models.base(), models.expert("a")));
      BasisPolicy policy = BasisPolicy.of(new Truncation.Rank(2));
      try (SingularBasis basis = SingularBasis.of(models.base(), experts, policy)) {
        TinyExperts cut = new TinyExperts(models.base(), models.experts(), basis);
        Genome expert = Genome.expert(basis.layout(), 0);
        Genome child = CHILD_SVD.mutate(expert, basis, DRAWS);
        // Of one expert the components are its own, so its coefficients say the same.
        List<TensorCoefficients> row = new ArrayList<>();
        for (TensorSite site : basis.layout().tensors()) {
          float[] shift = new float[site.rank()];
          Draws ofTensor = DRAWS.child("child-svd").child(site.name());
          for (int i = 0; i < Math.min(2, shift.length); i++) {
            shift[i] = (float) (0.3 * ofTensor.uniform(i));
          }
          row.add(new TensorCoefficients(1, shift));
        }
        List<float[]> expected = cut.compose(new Genome(basis.layout(), List.of(row)));
        List<float[]> found = cut.compose(child);
        for (int t = 0; t < found.size(); t++) {
          requireClose(matrix(found.get(t), 1), matrix(expected.get(t), 1), 1e-5);
        }
      }
    }
  }

  @Test
  void topSingularAddsNoiseToTheLargestValuesOfTheWeights() throws IOException {
    try (TinyExperts models = models(DType.F32)) {
      Genome parent = models.genome(6);
      Genome child = TOP.mutate(parent, models.basis(), DRAWS);
      requireShifted(models, parent, child);
      requireShifted(models, child, TOP.mutate(child, models.basis(), DRAWS));
    }
  }

  @Test
  void whatIsExportedIsWhatIsScored() throws IOException {
    for (DType dtype : List.of(DType.F32, DType.BF16)) {
      try (TinyExperts models =
          TinyExperts.random(
              folder.resolve(dtype.name()), TinyExperts.config(dtype, false, 12, 10))) {
        requireSameBits(models, CHILD_SVD.mutate(models.genome(2), models.basis(), DRAWS));
        requireSameBits(
            models,
            CHILD_SVD.mutate(
                Genome.uniform(models.basis().layout(), 0.5, 0.5), models.basis(), DRAWS));
      }
    }
  }

  @Test
  void coresAreMixedLikeCoefficients() throws IOException {
    try (TinyExperts models = models(DType.F32)) {
      SingularBasis basis = models.basis();
      Genome first = CHILD_SVD.mutate(models.genome(1), basis, DRAWS);
      Genome second = models.genome(2);
      List<float[]> a = models.compose(first);
      List<float[]> b = models.compose(second);
      List<float[]> mixed = models.compose(first.mix(second, _ -> 0.25));
      List<float[]> summed = models.compose(Genome.sum(List.of(first, second), 0.25, 0.75));
      for (int t = 0; t < mixed.size(); t++) {
        INDArray expected = matrix(a.get(t), 1).mul(0.25).add(matrix(b.get(t), 1).mul(0.75));
        requireClose(matrix(mixed.get(t), 1), expected, 1e-5);
        requireClose(matrix(summed.get(t), 1), expected, 1e-5);
      }
      assertThat(first.mix(first, _ -> 0.5)).isEqualTo(first).hasSameHashCodeAs(first);
      assertThat(first.digest()).isNotEqualTo(first.withCore(List.of()).digest());
      assertThat(CHILD_SVD.mutate(models.genome(1), basis, DRAWS)).isEqualTo(first);
      assertThat(CHILD_SVD.mutate(models.genome(1), basis, DRAWS.child("other")))
          .isNotEqualTo(first);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ComponentCrossover.mix(first, second, (_, _, _) -> 0.5))
          .withMessageContaining("core");
      assertThat(CHILD_SVD.coreBytes(basis))
          .isEqualTo(4L * first.core().stream().mapToInt(tensor -> tensor.shift().length).sum());
    }
  }

  @Test
  void whatIsNotFiniteIsLeftToFail() throws IOException {
    try (TinyExperts models = models(DType.F32)) {
      Genome infinite = Genome.uniform(models.basis().layout(), Float.POSITIVE_INFINITY, 0);
      assertThat(CHILD_SVD.mutate(infinite, models.basis(), DRAWS)).isEqualTo(infinite);
    }
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChildSvdMutation(0, false))
        .withMessageContaining("positive maximum, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TopSingularMutation(0.1, 0))
        .withMessageContaining("1 component or more, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TopSingularMutation(Double.NaN, 1))
        .withMessageContaining("positive sigma, got NaN");
  }

  private TinyExperts models(DType dtype) throws IOException {
    return TinyExperts.random(folder, TinyExperts.config(dtype, false, 12, 10));
  }

  private static List<String> names(SingularBasis basis) {
    return basis.layout().tensors().stream().map(TensorSite::name).toList();
  }

  private static void requireScaled(
      TinyExperts models, Genome parent, Genome child, double tolerance) {
    requireScaled(models, parent, child, DRAWS, tolerance);
  }

  /** {@code tau' = U diag(s (1 + w)) V^T} from the composed models, by eigenvectors. */
  private static void requireScaled(
      TinyExperts models, Genome parent, Genome child, Draws draws, double tolerance) {
    List<float[]> before = models.compose(parent);
    List<float[]> after = models.compose(child);
    List<float[]> base = models.weights(models.base());
    List<TensorSite> sites = models.basis().layout().tensors();
    for (int t = 0; t < sites.size(); t++) {
      TensorSpec spec = models.base().tensor(sites.get(t).name()).spec();
      INDArray start = matrix(base.get(t), spec.rows());
      INDArray was = matrix(before.get(t), spec.rows()).sub(start);
      INDArray expected = was;
      if (sites.get(t).rank() > 0) {
        Draws ofTensor = draws.child("child-svd").child(sites.get(t).name());
        expected = strengthened(was, i -> 0.3 * ofTensor.uniform(i));
      }
      requireClose(matrix(after.get(t), spec.rows()).sub(start), expected, tolerance);
    }
  }

  private static void requireShifted(TinyExperts models, Genome parent, Genome child) {
    List<float[]> before = models.compose(parent);
    List<float[]> after = models.compose(child);
    List<TensorSite> sites = models.basis().layout().tensors();
    for (int t = 0; t < sites.size(); t++) {
      TensorSpec spec = models.base().tensor(sites.get(t).name()).spec();
      INDArray expected = matrix(before.get(t), spec.rows());
      if (spec.shape().size() == 2) {
        Draws ofTensor = DRAWS.child("top-singular").child(spec.name());
        double[] values = values(expected);
        expected =
            strengthened(
                expected,
                i ->
                    i < 3
                        ? Math.max(0, values[i] + 0.5 * ofTensor.gaussian(i)) / values[i] - 1
                        : 0);
      }
      requireClose(matrix(after.get(t), spec.rows()), expected, 1e-5);
    }
  }

  private static double[] values(INDArray matrix) {
    INDArray gram = matrix.transpose().mmul(matrix);
    INDArray squares = Eigen.symmetricGeneralizedEigenvalues(gram, true);
    return IntStream.range(0, Math.min(matrix.rows(), matrix.columns()))
        .mapToDouble(i -> Math.sqrt(Math.max(0, sorted(squares)[i])))
        .toArray();
  }

  private static double[] sorted(INDArray squares) {
    double[] all = squares.toDoubleVector();
    Arrays.sort(all);
    return IntStream.range(0, all.length).mapToDouble(i -> all[all.length - 1 - i]).toArray();
  }

  private interface Weight {
    double of(int component);
  }

  /** {@code M + M V diag(w) V^T}, V the eigenvectors of the Gram matrix by falling eigenvalue. */
  private static INDArray strengthened(INDArray matrix, Weight weight) {
    INDArray vectors = matrix.transpose().mmul(matrix);
    INDArray values = Eigen.symmetricGeneralizedEigenvalues(vectors, true);
    Integer[] order =
        IntStream.range(0, matrix.columns())
            .boxed()
            .sorted((a, b) -> Double.compare(values.getDouble(b), values.getDouble(a)))
            .toArray(Integer[]::new);
    INDArray sum = matrix.dup();
    for (int i = 0; i < Math.min(matrix.rows(), matrix.columns()); i++) {
      INDArray v = vectors.getColumn(order[i], true);
      sum.addi(matrix.mmul(v).mmul(v.transpose()).mul(weight.of(i)));
    }
    return sum;
  }

  private static INDArray matrix(float[] values, long rows) {
    return Nd4j.createFromArray(values).castTo(DataType.DOUBLE).reshape(rows, -1);
  }

  private static void requireClose(INDArray found, INDArray expected, double tolerance) {
    double largest = expected.norm2Number().doubleValue();
    assertThat(found.sub(expected).norm2Number().doubleValue())
        .isLessThanOrEqualTo(tolerance * Math.max(largest, 1));
  }

  private void requireSameBits(TinyExperts models, Genome genome) throws IOException {
    List<float[]> scored = models.compose(genome);
    Path target = folder.resolve("export");
    AtomicLong written = new AtomicLong();
    try (Tiles tiles = new Tiles(2);
        GenomeWeights weights = models.basis().weights(genome, tiles, written::addAndGet)) {
      CheckpointWriter.publish(
          target, CheckpointContent.like(models.base(), weights), ExistingTarget.REPLACE);
    }
    try (Checkpoint exported = Checkpoint.open(target)) {
      assertThat(models.weights(exported)).containsExactlyElementsOf(scored);
    }
  }

  /** Adapters of rank 2 and 3 on all projections. */
  private SequencedMap<String, Expert> adapters(Checkpoint base) throws IOException {
    SequencedMap<String, Expert> experts = new LinkedHashMap<>();
    for (int number = 0; number < 2; number++) {
      List<LowRankFactors> factors = new ArrayList<>();
      int rank = 2 + number;
      for (TensorSpec spec : base.config().tensors()) {
        if (spec.name().contains("_proj.weight")) {
          TensorSpec a = TensorSpec.of("a" + number + spec.name(), DType.F32, rank, spec.columns());
          TensorSpec b = TensorSpec.of("b" + number + spec.name(), DType.F32, spec.rows(), rank);
          factors.add(new LowRankFactors(spec.name(), 0.5, new Noise(a), new Noise(b), false));
        }
      }
      Path target = folder.resolve("adapter-" + number);
      AdapterWriter.publish(
          target, AdapterContent.of("base", factors, DType.F32), ExistingTarget.REFUSE);
      experts.put("lora-" + number, Expert.open(base, target));
    }
    return experts;
  }

  private record Noise(TensorSpec spec) implements TensorRows {

    @Override
    public void read(long firstRow, int rows, float[] target) {
      Draws draws = Draws.at(2, spec.name());
      for (int i = 0; i < rows * spec.columns(); i++) {
        target[i] = (float) (0.3 * draws.gaussian(firstRow * spec.columns() + i));
      }
    }
  }
}
