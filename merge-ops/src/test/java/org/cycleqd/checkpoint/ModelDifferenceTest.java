package org.cycleqd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.cycleqd.tensor.BFloat16;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDifferenceTest {

  @TempDir private Path parent;

  @Test
  void distancesAreThoseOfThePlainFormulas() throws IOException, InterruptedException {
    Path one = TinyModel.of(DType.BF16).publish(parent.resolve("one"));
    Path two = publish("two", TinyModel.of(DType.F32).config(), TinyModel.weights(8));
    AtomicLong read = new AtomicLong();
    try (Checkpoint a = Checkpoint.open(one);
        Checkpoint b = Checkpoint.open(two)) {
      ModelDifference difference =
          ModelDifference.between(a, b, bytes -> read.accumulateAndGet(bytes, Math::max));
      assertThat(difference.configuration()).isEmpty();
      assertThat(difference.unmatched()).isEmpty();
      assertThat(difference.isIdentical()).isFalse();
      assertThat(difference.distances().stream().map(TensorDistance::tensor))
          .containsExactlyElementsOf(a.tensors().keySet());
      double squares = 0;
      for (TensorDistance distance : difference.distances()) {
        squares += assertPlain(distance, a.tensor(distance.tensor()), b.tensor(distance.tensor()));
      }
      TensorDistance total = difference.total();
      assertThat(total.squaredDifference()).isCloseTo(squares, within(1e-9 * squares));
      assertThat(total.elements())
          .isEqualTo(a.config().tensors().stream().mapToLong(TensorSpec::elements).sum());
      assertThat(read).hasValue(total.elements() * (2 + 4));
    }
  }

  private static double assertPlain(TensorDistance distance, TensorView first, TensorView second) {
    float[] a = first.toFloats();
    float[] b = second.toFloats();
    double squares = 0;
    double norm = 0;
    double other = 0;
    double product = 0;
    double maximum = 0;
    for (int i = 0; i < a.length; i++) {
      double d = (double) a[i] - b[i];
      squares += d * d;
      norm += (double) a[i] * a[i];
      other += (double) b[i] * b[i];
      product += (double) a[i] * b[i];
      maximum = Math.max(maximum, Math.abs(d));
    }
    assertThat(distance.elements()).isEqualTo(a.length);
    assertThat(distance.differing()).isEqualTo(a.length);
    assertThat(distance.maximum()).isEqualTo(maximum);
    assertThat(distance.relative()).isCloseTo(Math.sqrt(squares / norm), within(1e-12));
    assertThat(distance.cosine()).isCloseTo(product / Math.sqrt(norm * other), within(1e-12));
    return squares;
  }

  @Test
  void theSameBitsAreIdenticalWhateverTheyMean() throws IOException, InterruptedException {
    LlamaConfig config = TinyModel.of(DType.F32).config();
    TensorSource special =
        TensorSource.ofFloats(name -> {
          float[] floats = TinyModel.floats(7, spec(config, name));
          floats[0] = Float.NaN;
          floats[1] = Float.POSITIVE_INFINITY;
          return floats;
        });
    Path one = publish("one", config, special);
    Path two = publish("two", config, special);
    Path plain = TinyModel.of(DType.F32).publish(parent.resolve("plain"));
    try (Checkpoint a = Checkpoint.open(one);
        Checkpoint b = Checkpoint.open(two);
        Checkpoint c = Checkpoint.open(plain)) {
      ModelDifference same = ModelDifference.between(a, b, bytes -> {});
      assertThat(same.isIdentical()).isTrue();
      assertThat(same.total().maximum()).isZero();
      assertThat(same.total().relative()).isZero();
      ModelDifference other = ModelDifference.between(c, a, bytes -> {});
      assertThat(other.isIdentical()).isFalse();
      assertThat(other.total().differing()).isEqualTo(2L * config.tensors().size());
      assertThat(other.total().maximum()).isNaN();
    }
  }

  @Test
  void aZeroOfTheOtherSignDiffersByNothing() throws IOException, InterruptedException {
    LlamaConfig config = TinyModel.of(DType.BF16).config();
    Path zero = publish("zero", config, constant(config, 0f));
    Path negative = publish("negative", config, constant(config, -0f));
    try (Checkpoint a = Checkpoint.open(zero);
        Checkpoint b = Checkpoint.open(negative)) {
      TensorDistance total = ModelDifference.between(a, b, bytes -> {}).total();
      assertThat(total.differing()).isEqualTo(total.elements());
      assertThat(total.maximum()).isZero();
      assertThat(total.relative()).isZero();
      assertThat(total.cosine()).isNaN();
      assertThat(BFloat16.fromFloat(-0f)).isNotEqualTo(BFloat16.fromFloat(0f));
    }
  }

  @Test
  void whatCannotBeComparedIsListed() throws IOException, InterruptedException {
    LlamaConfig config = TinyModel.of(DType.F32).config();
    LlamaConfig other =
        new LlamaConfig(
            13,
            config.hiddenSize(),
            config.intermediateSize(),
            1,
            config.attention(),
            config.mlpBias(),
            config.rmsNormEpsilon(),
            config.rotary(),
            config.maximumPositions(),
            config.tiedEmbeddings(),
            config.dtype(),
            config.specialTokens());
    try (Checkpoint a = Checkpoint.open(publish("a", config, TinyModel.weights(7)));
        Checkpoint b = Checkpoint.open(publish("b", other, TinyModel.weights(7)))) {
      ModelDifference difference = ModelDifference.between(a, b, bytes -> {});
      assertThat(difference.configuration())
          .containsExactly("vocab_size: 12 against 13", "num_hidden_layers: 2 against 1");
      assertThat(difference.unmatched())
          .hasSize(11)
          .containsEntry("lm_head.weight", "F32 [12, 8] against F32 [13, 8]")
          .containsEntry("model.layers.1.mlp.down_proj.weight", "F32 [8, 10] against none");
      assertThat(difference.distances()).hasSize(10);
      assertThat(difference.isIdentical()).isFalse();
      assertThat(ModelDifference.between(b, a, bytes -> {}).unmatched().sequencedKeySet())
          .containsExactlyInAnyOrderElementsOf(difference.unmatched().sequencedKeySet());
    }
  }

  @Test
  void tilesCoverEachElementOnceInOrder() {
    List<TensorSpec> specs =
        List.of(
            TensorSpec.of("wide", DType.F32, 3, 3 << 18),
            TensorSpec.of("empty", DType.F32, 0, 5),
            TensorSpec.of("tall", DType.F32, 600_001, 1),
            TensorSpec.of("vector", DType.F32, 7),
            TensorSpec.of("cube", DType.F32, 2, 3, 5));
    List<Long> reached = new ArrayList<>();
    for (TensorSpec spec : specs) {
      long position = 0;
      for (RowTile tile : RowTile.of(List.of(spec))) {
        assertThat(tile.firstElement()).isEqualTo(position);
        position += tile.elements();
      }
      reached.add(position);
    }
    assertThat(reached).isEqualTo(specs.stream().map(TensorSpec::elements).toList());
    assertThat(RowTile.of(specs)).hasSize(3 + 3 + 1 + 1);
  }

  private Path publish(String name, LlamaConfig config, TensorSource weights) throws IOException {
    Path folder = parent.resolve(name);
    CheckpointWriter.publish(folder, CheckpointContent.of(config, weights), ExistingTarget.REFUSE);
    return folder;
  }

  private static TensorSource constant(LlamaConfig config, float value) {
    return TensorSource.ofFloats(name -> {
      float[] floats = new float[(int) spec(config, name).elements()];
      Arrays.fill(floats, value);
      return floats;
    });
  }

  private static TensorSpec spec(LlamaConfig config, String name) {
    return config.tensors().stream().filter(s -> s.name().equals(name)).findAny().orElseThrow();
  }
}
