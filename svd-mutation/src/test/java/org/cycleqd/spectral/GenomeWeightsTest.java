package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.adapter.Adapter;
import org.cycleqd.checkpoint.adapter.AdapterContent;
import org.cycleqd.checkpoint.adapter.AdapterWriter;
import org.cycleqd.checkpoint.adapter.LowRankFactors;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is exported is what was scored, bit for bit, for whole models and adapters as experts. */
class GenomeWeightsTest {

  /** More rows than a tile of any kind has. */
  private static final int VOCABULARY = 150_000;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void anExportHoldsTheBitsThatWereScoredOnAnyNumberOfThreads(DType dtype) throws IOException {
    LlamaConfig config = TinyExperts.config(dtype, false, VOCABULARY, 10);
    try (TinyExperts models = TinyExperts.random(folder, config)) {
      List<Genome> genomes =
          List.of(
              Genome.uniform(models.basis().layout(), 0, 0),
              Genome.uniform(models.basis().layout(), 0.3, -0.7),
              Genome.uniform(models.basis().layout(), 0, 0.5),
              models.genome(8));
      for (Genome genome : genomes) {
        List<float[]> scored = models.compose(genome);
        for (int threads = 1; threads <= 2; threads++) {
          Path target = folder.resolve("export");
          export(models.base(), models.basis(), genome, threads, target);
          try (Checkpoint exported = Checkpoint.open(target)) {
            List<float[]> held = models.weights(exported);
            for (int t = 0; t < scored.size(); t++) {
              assertThat(bits(held.get(t))).isEqualTo(bits(scored.get(t)));
            }
          }
        }
      }
    }
  }

  private static void export(
      Checkpoint base, SingularBasis basis, Genome genome, int threads, Path target)
      throws IOException {
    AtomicLong written = new AtomicLong();
    try (Tiles tiles = new Tiles(threads);
        GenomeWeights weights = basis.weights(genome, tiles, written::addAndGet)) {
      CheckpointWriter.publish(
          target, CheckpointContent.like(base, weights), ExistingTarget.REPLACE);
    }
    assertThat(written.get())
        .isEqualTo(base.tensors().values().stream().mapToLong(view -> view.spec().bytes()).sum());
  }

  /** Minus zero is not zero. */
  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  @Test
  void theBaseKeepsItsNegativeZeros() throws IOException {
    try (TinyExperts models =
        TinyExperts.of(
            folder,
            TinyExperts.config(DType.BF16, false, 12, 10),
            _ -> spec -> filled((int) spec.elements(), -0f))) {
      Genome nothing = Genome.uniform(models.basis().layout(), 0, 0);
      for (float[] tensor : models.compose(nothing)) {
        assertThat(bits(tensor)).containsOnly(Float.floatToRawIntBits(-0f));
      }
      export(models.base(), models.basis(), nothing, 1, folder.resolve("export"));
      try (Checkpoint exported = Checkpoint.open(folder.resolve("export"))) {
        assertThat(exported.digest()).isEqualTo(models.base().digest());
      }
    }
  }

  private static float[] filled(int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    return values;
  }

  /** Adapters on all projections of the tiny base, with factors of rank 2 and 3. */
  private SequencedMap<String, Expert> adapters(Checkpoint base) throws IOException {
    SequencedMap<String, Expert> experts = new LinkedHashMap<>();
    for (int number = 0; number < 2; number++) {
      List<LowRankFactors> factors = new ArrayList<>();
      int rank = 2 + number;
      for (TensorSpec spec : base.config().tensors()) {
        if (spec.name().contains("_proj.weight")) {
          factors.add(
              new LowRankFactors(
                  spec.name(),
                  0.5,
                  new NoiseRows(
                      TensorSpec.of("a" + number + spec.name(), DType.F32, rank, spec.columns())),
                  new NoiseRows(
                      TensorSpec.of("b" + number + spec.name(), DType.F32, spec.rows(), rank)),
                  false));
        }
      }
      Path target = folder.resolve("adapter-" + number);
      AdapterWriter.publish(
          target, AdapterContent.of("base", factors, DType.F32), ExistingTarget.REFUSE);
      experts.put("lora-" + number, Expert.open(base, target));
    }
    return experts;
  }

  private record NoiseRows(TensorSpec spec) implements TensorRows {

    @Override
    public void read(long firstRow, int rows, float[] target) {
      Draws draws = Draws.at(2, spec.name());
      for (int i = 0; i < rows * spec.columns(); i++) {
        target[i] = (float) (0.3 * draws.gaussian(firstRow * spec.columns() + i));
      }
    }
  }

  @Test
  void adaptersHaveTheirOwnRankAndComposeLikeTheirWeights() throws IOException {
    LlamaConfig config = TinyExperts.config(DType.F32, false, 12, 10);
    try (TinyExperts models = TinyExperts.random(folder, config)) {
      SequencedMap<String, Expert> experts = adapters(models.base());
      try (SingularBasis basis = SingularBasis.of(models.base(), experts, BasisPolicy.exact())) {
        TinyExperts adapted = new TinyExperts(models.base(), models.experts(), basis);
        assertThat(basis.layout().tensors())
            .contains(
                new TensorSite("model.embed_tokens.weight", 0, 0),
                new TensorSite("model.layers.0.mlp.up_proj.weight", 1, 3));
        List<float[]> second = adapted.compose(Genome.expert(basis.layout(), 1));
        List<TensorSite> sites = basis.layout().tensors();
        for (int t = 0; t < sites.size(); t++) {
          float[] vector = basis.taskVector(1, t);
          float[] base = models.base().tensor(sites.get(t).name()).toFloats();
          for (int i = 0; i < vector.length; i++) {
            assertThat(second.get(t)[i]).isCloseTo(base[i] + vector[i], within(1e-6f));
          }
          float[] values = basis.singularValues(0, t);
          if (values.length > 0) {
            assertThat(values[0]).isGreaterThanOrEqualTo(values[1]).isPositive();
            assertThat(values[2]).as("only the other adapter has it").isZero();
          }
        }
        requireSameBits(models.base(), basis, adapted);
      }
      try (SingularBasis cut =
          SingularBasis.of(models.base(), experts, BasisPolicy.of(new Truncation.Rank(1)))) {
        TinyExperts adapted = new TinyExperts(models.base(), models.experts(), cut);
        assertThat(cut.layout().tensors())
            .contains(new TensorSite("model.layers.0.mlp.up_proj.weight", 1, 2));
        requireSameBits(models.base(), cut, adapted);
      }
      experts.values().forEach(Expert::close);
    }
  }

  private void requireSameBits(Checkpoint base, SingularBasis basis, TinyExperts models)
      throws IOException {
    Genome genome = models.genome(4);
    List<float[]> scored = models.compose(genome);
    export(base, basis, genome, 2, folder.resolve("export"));
    try (Checkpoint exported = Checkpoint.open(folder.resolve("export"))) {
      assertThat(models.weights(exported)).containsExactlyElementsOf(scored);
    }
  }

  @Test
  void adaptersAndModelsCanBeMixed() throws IOException {
    LlamaConfig config = TinyExperts.config(DType.BF16, false, 12, 10);
    try (TinyExperts models = TinyExperts.random(folder, config)) {
      SequencedMap<String, Expert> experts = adapters(models.base());
      experts.put("a", Expert.of(models.base(), models.expert("a")));
      try (SingularBasis basis =
          SingularBasis.of(models.base(), experts, BasisPolicy.of(new Truncation.Rank(2)))) {
        requireSameBits(
            models.base(), basis, new TinyExperts(models.base(), models.experts(), basis));
        assertThat(
                new TinyExperts(models.base(), models.experts(), basis)
                    .compose(Genome.expert(basis.layout(), 2)))
            .containsExactlyElementsOf(models.weights(models.expert("a")));
      }
    }
  }

  @Test
  void refusesAnAdapterOfAnotherBase() throws IOException {
    LlamaConfig config = TinyExperts.config(DType.F32, false, 12, 10);
    try (TinyExperts models = TinyExperts.random(folder, config);
        Checkpoint wider =
            TinyExperts.publish(
                folder.resolve("wider"),
                TinyExperts.config(DType.F32, false, 12, 14),
                spec -> new float[(int) spec.elements()])) {
      adapters(models.base()).values().forEach(Expert::close);
      Path adapter = folder.resolve("adapter-0");
      assertThatThrownBy(() -> Expert.open(wider, adapter))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(adapter.toString())
          .hasMessageContaining("extent 14");
      try (Adapter one = Adapter.open(adapter);
          Adapter other = Adapter.open(folder.resolve("adapter-1"))) {
        assertThat(one.digest()).matches("[0-9a-f]{64}").isNotEqualTo(other.digest());
      }
    }
  }

  @Test
  void refusesTensorsThatTheBaseDoesNotHave() throws IOException {
    try (TinyExperts models =
            TinyExperts.random(folder, TinyExperts.config(DType.F32, false, 12, 10));
        Tiles tiles = new Tiles(1);
        GenomeWeights weights = models.basis().weights(models.genome(1), tiles, _ -> {})) {
      TensorView view = models.base().tensors().firstEntry().getValue();
      TensorSpec wrong = view.spec().withDType(DType.BF16);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> weights.write(wrong, (_, _) -> {}))
          .withMessageContaining("model.embed_tokens.weight")
          .withMessageContaining("is not one of the base's");
    }
  }
}
