package org.cycleqd.checkpoint.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraExtractionTest {

  private static final double ANY = Double.POSITIVE_INFINITY;

  private static final int WIDTH = 200;
  private static final String UP = "model.layers.0.mlp.up_proj.weight";

  @TempDir private Path parent;

  private static RankRule fixed(int rank) {
    return new RankRule.Fixed(rank);
  }

  private Checkpoint base(TinyBase base) throws IOException {
    return Checkpoint.open(base.publish(parent.resolve("base")));
  }

  /** An expert whose weights are changed in place. */
  private Checkpoint expert(TinyBase base, BiConsumer<String, float[]> change) throws IOException {
    return Checkpoint.open(
        base.publish(
            parent.resolve("expert"),
            weights -> {
              Map<String, float[]> changed = new HashMap<>(weights);
              changed.forEach(change);
              return changed;
            }));
  }

  private AdapterReport extract(Checkpoint base, Checkpoint expert, RankRule rule, String... saved)
      throws IOException {
    return LoraExtraction.publish(
        base,
        expert,
        parent.resolve("lora"),
        new ExtractionOptions(rule, List.of(saved), DType.F32, 0),
        (done, total, latest) -> assertThat(done).isBetween(1, total));
  }

  /** Adds factors of a given rank with sizes that fall by a factor from one to the next. */
  private static void plant(String name, float[] weights, int columns, int rank, double fall) {
    int rows = weights.length / columns;
    float[] left = TinyBase.noise("left" + name, (long) rows * rank, 1);
    float[] right = TinyBase.noise("right" + name, (long) rank * columns, 1);
    for (int k = 0; k < rank; k++) {
      double size = 0.01 * Math.pow(fall, k);
      for (int i = 0; i < weights.length; i++) {
        weights[i] +=
            (float) (size * left[i / columns * rank + k] * right[k * columns + i % columns]);
      }
    }
  }

  /** A model whose matrices are wide enough for the range finder. */
  private Checkpoint wide(String folder, BiConsumer<String, float[]> change) throws IOException {
    LlamaConfig config =
        new LlamaConfig(
            8,
            WIDTH,
            300,
            1,
            new AttentionConfig(2, 1, 4, false),
            false,
            1e-5,
            new RotaryEmbedding(1e4, Optional.empty()),
            64,
            false,
            DType.F32,
            SpecialTokens.of(1, 2));
    CheckpointWriter.publish(
        parent.resolve(folder),
        CheckpointContent.of(
            config,
            (spec, target) -> {
              float[] weights = TinyBase.noise(spec.name(), spec.elements(), 1);
              change.accept(spec.name(), weights);
              TensorSource.ofFloats(_ -> weights).write(spec, target);
            }),
        ExistingTarget.REFUSE);
    return Checkpoint.open(parent.resolve(folder));
  }

  @Test
  void theRangeFinderFindsAPlantedDifference() throws IOException {
    try (Checkpoint base = wide("base", (name, weights) -> {});
        Checkpoint expert =
            wide(
                "expert",
                (name, weights) -> {
                  if (name.equals(UP)) {
                    plant(name, weights, WIDTH, 3, 0.8);
                  }
                });
        MatrixDecomposition random = new MatrixDecomposition(4, 0)) {
      TaskMatrix matrix = new TaskMatrix(base, expert.folder(), expert.tensor(UP));
      double energy = matrix.energy();
      MatrixDecomposition.Choice choice =
          random.decompose(matrix, energy, new RankRule.Energy(0.9999999), 1e-6);
      assertThat(choice.rank()).isEqualTo(3);
      assertThat(choice.error()).isPositive().isLessThan(1e-6 * choice.factors().values()[0]);
      assertThat(choice.factors().length()).isLessThan(WIDTH);
      LowRankFactors factors = choice.factors().truncated(UP, 3, DType.F32);
      assertThat(random.residual(matrix, factors) / energy).isLessThan(1e-10);
    }
  }

  @Test
  void aPlantedDifferenceIsFoundAgain() throws IOException {
    TinyBase shape = new TinyBase(false, false);
    try (Checkpoint base = base(shape);
        Checkpoint expert =
            expert(
                shape,
                (name, weights) -> {
                  if (name.contains("_proj")) {
                    plant(name, weights, name.contains("down") ? 40 : 24, 3, 0.8);
                  }
                })) {
      AdapterReport report = extract(base, expert, fixed(3));
      // What float32 weights cannot hold of the planted difference is noise of full rank.
      assertThat(report.discardedShare()).isLessThan(1e-10);
      assertThat(report.tensors()).hasSize(base.tensors().size());
      try (Adapter adapter = Adapter.open(parent.resolve("lora"))) {
        Map<String, TensorRows> changed = adapter.applyTo(base);
        assertThat(changed).hasSize(14);
        for (TensorRows rows : changed.values()) {
          float[] wanted = TinyBase.weights(expert, rows.spec().name());
          float[] found = FloatRows.all(rows);
          for (int i = 0; i < wanted.length; i++) {
            assertThat(found[i]).isCloseTo(wanted[i], Offset.offset(2e-6f));
          }
        }
      }
    }
  }

  @Test
  void theDiscardedEnergyIsTheTailOfTheSingularValues() throws IOException {
    TinyBase shape = new TinyBase(false, false);
    try (Checkpoint base = base(shape);
        Checkpoint expert =
            expert(
                shape,
                (name, weights) -> {
                  if (name.equals(UP)) {
                    // A diagonal difference has its entries as singular values.
                    for (int i = 0; i < 24; i++) {
                      weights[i * 24 + i] = 0.5f + weights[i * 24 + i];
                    }
                  }
                })) {
      double[] diagonal = new double[24];
      double energy = 0;
      for (int i = 0; i < 24; i++) {
        diagonal[i] =
            (double) TinyBase.weights(expert, UP)[i * 25] - TinyBase.weights(base, UP)[i * 25];
        energy += diagonal[i] * diagonal[i];
      }
      Arrays.sort(diagonal);
      double tail = 0;
      for (int i = 0; i < 19; i++) {
        tail += diagonal[i] * diagonal[i];
      }
      AdapterReport report = extract(base, expert, fixed(5));
      TensorReport up = only(report, TensorReport.Treatment.FACTORS);
      assertThat(up.tensor()).isEqualTo(UP);
      assertThat(up.energy()).isCloseTo(energy, Offset.offset(1e-12));
      assertThat(up.discarded()).isCloseTo(tail, Offset.offset(1e-12));
      assertThat(report.tensors().stream().filter(t -> !t.equals(up)))
          .allSatisfy(t -> assertThat(t.treatment()).isEqualTo(TensorReport.Treatment.UNCHANGED));
    }
  }

  @Test
  void theSmallestRankThatKeepsTheEnergyIsTaken() throws IOException {
    TinyBase shape = new TinyBase(false, false);
    try (Checkpoint base = base(shape);
        Checkpoint expert =
            expert(
                shape,
                (name, weights) -> {
                  if (name.equals(UP)) {
                    for (int i = 0; i < 24; i++) {
                      weights[i * 25] += (float) Math.pow(0.7, i);
                    }
                  }
                })) {
      // Squared values 0.49^i: a share of 1 - 0.49^k is kept by k of them.
      TensorReport up =
          only(extract(base, expert, new RankRule.Energy(0.95)), TensorReport.Treatment.FACTORS);
      assertThat(up.rank()).isEqualTo(5);
      assertThat(up.discarded() / up.energy()).isCloseTo(Math.pow(0.49, 5), Offset.offset(1e-5));
    }
  }

  @Test
  void theRangeFinderIsNearlyAsGoodAsTheWholeDecomposition() throws IOException {
    try (Checkpoint base = wide("base", (name, weights) -> {});
        Checkpoint expert =
            wide(
                "expert",
                (name, weights) -> {
                  float[] noise = TinyBase.noise("expert" + name, weights.length, 1);
                  System.arraycopy(noise, 0, weights, 0, noise.length);
                });
        MatrixDecomposition whole = new MatrixDecomposition(1500, 0);
        MatrixDecomposition random = new MatrixDecomposition(4, 0)) {
      TaskMatrix matrix = new TaskMatrix(base, expert.folder(), expert.tensor(UP));
      double energy = matrix.energy();
      SingularFactors exact = whole.decompose(matrix, energy, fixed(10), ANY).factors();
      SingularFactors found = random.decompose(matrix, energy, fixed(10), ANY).factors();
      assertThat(exact.length()).isEqualTo(WIDTH);
      assertThat(found.length()).isEqualTo(36);
      assertThat(exact.energyFrom(0)).isCloseTo(energy, Percentage.withPercentage(1e-8));
      // White noise is the hardest case: nothing sets the leading directions apart.
      LowRankFactors factors = found.truncated(UP, 10, DType.F32);
      double residual = random.residual(matrix, factors);
      double tail = exact.energyFrom(10);
      assertThat(residual).isGreaterThan(tail * (1 - 1e-9));
      assertThat(energy - residual).isCloseTo(energy - tail, Percentage.withPercentage(2));
      assertThat(whole.residual(matrix, exact.truncated(UP, 10, DType.F32)))
          .isCloseTo(tail, Percentage.withPercentage(1e-8));
      SingularFactors again = random.decompose(matrix, energy, fixed(10), ANY).factors();
      assertThat(again.left()).isEqualTo(found.left());
      // What is measured afterwards bounds the true errors.
      MatrixDecomposition.Choice checked = random.decompose(matrix, energy, fixed(10), 0.05);
      assertThat(checked.error()).isPositive().isLessThan(0.05 * exact.values()[0]);
      for (int i = 0; i < 10; i++) {
        assertThat(checked.factors().values()[i])
            .isBetween(exact.values()[i] - checked.error(), exact.values()[i] * (1 + 1e-9));
      }
      // No number of iterations is that exact on noise: the whole decomposition steps in.
      assertThat(random.decompose(matrix, energy, fixed(10), 1e-12).error()).isZero();
      RankRule share = new RankRule.Energy(0.25);
      int best = whole.decompose(matrix, energy, share, ANY).rank();
      assertThat(random.decompose(matrix, energy, share, ANY).rank()).isBetween(best, best + 1);
    }
  }

  @Test
  void whatIsSavedIsExactAndWhatIsLeftOutIsReported() throws IOException {
    TinyBase shape = new TinyBase(false, true);
    try (Checkpoint base = base(shape);
        Checkpoint expert =
            expert(
                shape,
                (name, weights) -> {
                  for (int i = 0; i < weights.length; i++) {
                    weights[i] += 0.5f;
                  }
                })) {
      AdapterReport report = extract(base, expert, fixed(1), "embed_tokens", "lm_head");
      for (TensorReport tensor : report.tensors()) {
        String name = tensor.tensor();
        long elements = base.tensor(name).spec().elements();
        assertThat(tensor.energy()).isCloseTo(0.25 * elements, Offset.offset(1e-3));
        TensorReport.Treatment expected =
            name.endsWith("_proj.weight")
                ? TensorReport.Treatment.FACTORS
                : name.startsWith("model.embed") || name.startsWith("lm_head")
                    ? TensorReport.Treatment.SAVED
                    : TensorReport.Treatment.LEFT_OUT;
        assertThat(tensor.treatment()).as(name).isEqualTo(expected);
        assertThat(tensor.discarded())
            .isCloseTo(
                expected == TensorReport.Treatment.LEFT_OUT ? tensor.energy() : 0,
                Offset.offset(1e-9));
      }
      try (Adapter adapter = Adapter.open(parent.resolve("lora"))) {
        Map<String, TensorRows> changed = adapter.applyTo(base);
        assertThat(changed).hasSize(16);
        for (String name : List.of("lm_head.weight", "model.embed_tokens.weight")) {
          assertThat(FloatRows.all(Objects.requireNonNull(changed.get(name))))
              .isEqualTo(TinyBase.weights(expert, name));
        }
      }
    }
  }

  @Test
  void aTiedEmbeddingIsSavedOnce() throws IOException {
    TinyBase shape = new TinyBase(true, false);
    try (Checkpoint base = base(shape);
        Checkpoint expert =
            expert(
                shape,
                (name, weights) -> {
                  if (name.equals("model.embed_tokens.weight")) {
                    weights[7] += 1;
                  }
                })) {
      extract(base, expert, fixed(1), "embed_tokens");
      try (Adapter adapter = Adapter.open(parent.resolve("lora"))) {
        assertThat(
                FloatRows.all(
                    Objects.requireNonNull(adapter.applyTo(base).get("model.embed_tokens.weight"))))
            .isEqualTo(TinyBase.weights(expert, "model.embed_tokens.weight"));
      }
    }
  }

  @Test
  void mistakesAreRefusedAndLeaveNothing() throws IOException {
    TinyBase shape = new TinyBase(false, false);
    try (Checkpoint base = base(shape);
        Checkpoint same = expert(shape, (_, _) -> {})) {
      assertThatThrownBy(() -> extract(base, same, fixed(1)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("weights: found no difference in what is to be stored");
      assertThatThrownBy(() -> extract(base, same, fixed(1), "score"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("module to save: found score");
      assertThat(parent.resolve("lora")).doesNotExist();
      Files.createDirectory(parent.resolve("lora"));
      Files.writeString(parent.resolve("lora/mine"), "mine");
      assertThatThrownBy(() -> extract(base, same, fixed(1), "lm_head"))
          .hasMessageContaining("lora: target: found a folder with content");
    }
    try (Checkpoint base = Checkpoint.open(parent.resolve("base"));
        Checkpoint broken =
            Checkpoint.open(
                shape.publish(
                    parent.resolve("broken"),
                    weights -> {
                      Objects.requireNonNull(weights.get(UP))[30] = Float.NaN;
                      return weights;
                    }))) {
      Files.delete(parent.resolve("lora/mine"));
      assertThatThrownBy(() -> extract(base, broken, fixed(1)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("broken: tensor " + UP + ": found NaN at element 30");
    }
  }

  private static TensorReport only(AdapterReport report, TensorReport.Treatment treatment) {
    List<TensorReport> found =
        report.tensors().stream().filter(tensor -> tensor.treatment() == treatment).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }
}
