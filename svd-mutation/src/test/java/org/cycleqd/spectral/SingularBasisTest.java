package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.BFloat16;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorTarget;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SingularBasisTest {

  @TempDir private Path folder;

  private TinyExperts tiny(DType dtype) throws IOException {
    return TinyExperts.random(folder, TinyExperts.config(dtype, false, 12, 10));
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void noCoefficientsGiveTheBaseBitForBit(DType dtype) throws IOException {
    try (TinyExperts models = tiny(dtype)) {
      List<float[]> composed = models.compose(Genome.uniform(models.basis().layout(), 0, 0));
      assertThat(composed).containsExactlyElementsOf(models.weights(models.base()));
    }
  }

  /** The difference and the sum are rounded once each, and then the type once more. */
  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void coefficientOneGivesTheExpert(DType dtype) throws IOException {
    try (TinyExperts models = tiny(dtype)) {
      List<float[]> expert = models.weights(models.expert("b"));
      List<float[]> base = models.weights(models.base());
      List<float[]> composed = models.compose(Genome.expert(models.basis().layout(), 1));
      int exact = 0;
      int all = 0;
      for (int t = 0; t < expert.size(); t++) {
        for (int i = 0; i < expert.get(t).length; i++) {
          float wanted = expert.get(t)[i];
          double bound = Math.ulp(wanted - base.get(t)[i]) / 2 + Math.ulp(wanted) / 2;
          assertThat(Math.abs((double) composed.get(t)[i] - wanted))
              .isLessThanOrEqualTo(dtype == DType.F32 ? bound : 0);
          exact += composed.get(t)[i] == wanted ? 1 : 0;
          all++;
        }
      }
      assertThat(exact).isGreaterThan(all * 6 / 10);
    }
  }

  @Test
  void theWholeSpectrumGivesTheExpert() throws IOException {
    try (TinyExperts models = tiny(DType.F32)) {
      GenomeLayout layout = models.basis().layout();
      List<TensorCoefficients> row = new ArrayList<>();
      for (TensorSite site : layout.tensors()) {
        float[] ones = new float[site.rank()];
        Arrays.fill(ones, 1);
        row.add(new TensorCoefficients(site.rank() == 0 ? 1 : 0, ones));
      }
      List<TensorCoefficients> none = Genome.uniform(layout, 0, 0).coefficients().getFirst();
      List<float[]> composed = models.compose(new Genome(layout, List.of(row, none)));
      List<float[]> expert = models.weights(models.expert("a"));
      for (int t = 0; t < expert.size(); t++) {
        assertThat(composed.get(t)).containsExactly(expert.get(t), within(2e-6f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void agreesWithAReferenceInDoublePrecision(DType dtype) throws IOException {
    double rounding = dtype == DType.F32 ? 0 : dtype == DType.F16 ? 0x1p-11 : 0x1p-8;
    try (TinyExperts models = tiny(dtype)) {
      for (int seed = 0; seed < 4; seed++) {
        Genome genome = models.genome(seed);
        List<float[]> composed = models.compose(genome);
        for (int t = 0; t < composed.size(); t++) {
          double[] reference = reference(models, genome, t);
          for (int i = 0; i < reference.length; i++) {
            assertThat((double) composed.get(t)[i])
                .as(genome.layout().tensors().get(t).name())
                .isCloseTo(reference[i], within(1e-5 + rounding * Math.abs(reference[i])));
          }
        }
      }
    }
  }

  /** Base plus the sum of scaled task vectors plus U diag(c s) V^T, by ND4J's LAPACK. */
  private static double[] reference(TinyExperts models, Genome genome, int tensor) {
    TensorView origin = List.copyOf(models.base().tensors().values()).get(tensor);
    int rows = origin.spec().shape().getFirst().intValue();
    INDArray base = doubles(origin, rows);
    INDArray sum = base.dup();
    for (int e = 0; e < 2; e++) {
      TensorCoefficients set = genome.coefficients().get(e).get(tensor);
      Checkpoint expert = models.expert(genome.layout().experts().get(e));
      INDArray delta = doubles(expert.tensor(origin.spec().name()), rows).sub(base);
      sum.addi(delta.mul((double) set.scale()));
      if (set.spectral()) {
        int columns = delta.columns();
        INDArray values = Nd4j.create(DataType.DOUBLE, Math.min(rows, columns));
        INDArray left = Nd4j.create(DataType.DOUBLE, new long[] {rows, rows}, 'f');
        INDArray right = Nd4j.create(DataType.DOUBLE, new long[] {columns, columns}, 'f');
        Nd4j.getBlasWrapper().lapack().gesvd(delta.dup('f'), values, left, right);
        for (int k = 0; k < set.shift().length; k++) {
          INDArray u = left.getColumn(k).dup().reshape(rows, 1);
          INDArray v = right.getRow(k).dup().reshape(1, columns);
          sum.addi(u.mmul(v).muli(set.shift()[k] * values.getDouble(k)));
        }
      }
    }
    return sum.dup('c').reshape(-1).toDoubleVector();
  }

  private static INDArray doubles(TensorView view, int rows) {
    return Nd4j.createFromArray(view.toFloats()).castTo(DataType.DOUBLE).reshape(rows, -1);
  }

  @Test
  void composingLeavesNoTrace() throws IOException {
    try (TinyExperts models = tiny(DType.BF16)) {
      Genome genome = models.genome(5);
      List<float[]> fresh = models.compose(genome);
      LiveFloats live = new LiveFloats(models.base());
      for (Genome other : List.of(genome, models.genome(6), genome)) {
        live.compose(models.basis(), other, 2);
      }
      assertThat(live.values()).containsExactlyElementsOf(fresh);
    }
  }

  @Test
  void threadsDoNotDisturbEachOther() throws Exception {
    try (TinyExperts models = tiny(DType.F32);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int worker = 0; worker < 2; worker++) {
        Genome genome = models.genome(worker);
        List<float[]> alone = models.compose(genome);
        results.add(
            threads.submit(() -> {
              boolean same = true;
              for (int i = 0; i < 30; i++) {
                same &= Arrays.deepEquals(models.compose(genome).toArray(), alone.toArray());
              }
              return same;
            }));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  @Test
  void theModelIsRoundedToTheTypeOfTheFile() throws IOException {
    try (TinyExperts models = tiny(DType.BF16)) {
      for (float[] tensor : models.compose(models.genome(3))) {
        for (float value : tensor) {
          assertThat(BFloat16.toFloat(BFloat16.fromFloat(value))).isEqualTo(value);
        }
      }
    }
  }

  /** An export keeps the file's type, so a candidate must have it too. */
  @Test
  void theTypeOfTheFileCountsNotThatOfTheConfig() throws IOException {
    tiny(DType.F32).close();
    for (String name : List.of("base", "a", "b")) {
      Path config = folder.resolve(name).resolve("config.json");
      String text = Files.readString(config);
      assertThat(text).contains("float32");
      Files.writeString(config, text.replace("float32", "bfloat16"));
    }
    try (Checkpoint base = Checkpoint.open(folder.resolve("base"));
        Checkpoint expert = Checkpoint.open(folder.resolve("a"));
        SingularBasis basis = SingularBasis.build(base, experts("a", expert))) {
      TinyExperts models = new TinyExperts(base, experts("a", expert), basis);
      assertThat(models.compose(Genome.uniform(basis.layout(), 0)))
          .containsExactlyElementsOf(models.weights(base));
    }
  }

  @Test
  void refusesAnExpertOfAnotherShape() throws IOException {
    try (TinyExperts models = tiny(DType.F32);
        Checkpoint other =
            TinyExperts.publish(
                folder.resolve("wider"),
                TinyExperts.config(DType.F32, false, 12, 14),
                spec -> new float[(int) spec.elements()])) {
      assertThatThrownBy(() -> SingularBasis.build(models.base(), experts("w", other)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(other.folder().toString())
          .hasMessageContaining(models.base().folder().toString())
          .hasMessageContaining("14")
          .hasMessageContaining("10");
    }
  }

  @Test
  void refusesWeightsThatAreNotFinite() throws IOException {
    try (TinyExperts models = tiny(DType.F32);
        Checkpoint broken =
            TinyExperts.publish(
                folder.resolve("broken"),
                models.base().config(),
                spec -> {
                  float[] values = new float[(int) spec.elements()];
                  values[3] = spec.name().equals("model.norm.weight") ? Float.NaN : 0;
                  return values;
                })) {
      assertThatThrownBy(() -> SingularBasis.build(models.base(), experts("x", broken)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(broken.folder().toString())
          .hasMessageContaining("model.norm.weight: found NaN at element 3");
    }
  }

  @Test
  void refusesStrangeGenomesAndTargets() throws IOException {
    try (TinyExperts models = tiny(DType.F32);
        Tiles tiles = new Tiles(1)) {
      GenomeLayout layout = models.basis().layout();
      Genome stranger = Genome.uniform(new GenomeLayout(List.of("a", "c"), layout.tensors()), 0, 0);
      List<TensorTarget> targets = new LiveFloats(models.base()).targets();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> models.basis().compose(stranger, targets, tiles))
          .withMessageContaining("another basis");
      List<TensorTarget> fewer = targets.subList(1, targets.size());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> models.basis().compose(models.genome(0), fewer, tiles))
          .withMessageContaining("a model of 29 tensors needs as many targets, got 28");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SingularBasis.build(models.base(), new LinkedHashMap<>()))
          .withMessageContaining("at least one expert");
    }
  }

  @Test
  void theLayoutFollowsTheArchitecture() throws IOException {
    try (TinyExperts models = tiny(DType.F32)) {
      assertThat(models.basis().layout().experts()).containsExactly("a", "b");
      List<TensorSite> sites = models.basis().layout().tensors();
      assertThat(sites)
          .contains(
              new TensorSite("model.embed_tokens.weight", 0, 8),
              new TensorSite("model.layers.0.input_layernorm.weight", 1, 0),
              new TensorSite("model.layers.0.self_attn.k_proj.weight", 1, 4),
              new TensorSite("model.layers.0.self_attn.k_proj.bias", 1, 0),
              new TensorSite("model.layers.1.mlp.down_proj.weight", 2, 8),
              new TensorSite("model.norm.weight", 3, 0),
              new TensorSite("lm_head.weight", 3, 8));
      assertThat(sites)
          .extracting(TensorSite::name)
          .containsExactlyElementsOf(models.base().tensors().keySet());
      for (int t = 0; t < sites.size(); t++) {
        float[] values = models.basis().singularValues(1, t);
        assertThat(values).hasSize(sites.get(t).rank());
        for (int i = 1; i < values.length; i++) {
          assertThat(values[i]).isBetween(0f, values[i - 1]);
        }
      }
    }
  }

  @Test
  void aTiedHeadIsNoTensorOfItsOwn() throws IOException {
    LlamaConfig config = TinyExperts.config(DType.F32, true, 12, 10);
    try (TinyExperts models = TinyExperts.random(folder, config)) {
      List<TensorSite> sites = models.basis().layout().tensors();
      assertThat(sites.getFirst()).isEqualTo(new TensorSite("model.embed_tokens.weight", 0, 8));
      assertThat(sites.getLast()).isEqualTo(new TensorSite("model.norm.weight", 3, 0));
      assertThat(models.basis().layout().groups()).isEqualTo(4);
    }
  }

  /** A leak of one model each time would be 300 megabytes; half of that is left to the heap. */
  @Test
  void composingDoesNotLeak() throws IOException {
    Path memory = Path.of("/proc/self/statm");
    assumeTrue(Files.isReadable(memory), "no resident set size on this system");
    LlamaConfig config = TinyExperts.config(DType.F32, false, 24_000, 10);
    try (TinyExperts models = TinyExperts.random(folder, config)) {
      LiveFloats live = new LiveFloats(models.base());
      Genome genome = models.genome(1);
      for (int i = 0; i < 20; i++) {
        live.compose(models.basis(), genome, 1);
      }
      long before = residentPages(memory);
      for (int i = 0; i < 200; i++) {
        live.compose(models.basis(), genome, 1);
      }
      assertThat(residentPages(memory) - before).isLessThan(150L * 256);
    }
  }

  private static long residentPages(Path memory) throws IOException {
    return Long.parseLong(Files.readString(memory).split(" ", -1)[1]);
  }

  private static SequencedMap<String, Checkpoint> experts(String name, Checkpoint expert) {
    SequencedMap<String, Checkpoint> experts = new LinkedHashMap<>();
    experts.put(name, expert);
    return experts;
  }
}
