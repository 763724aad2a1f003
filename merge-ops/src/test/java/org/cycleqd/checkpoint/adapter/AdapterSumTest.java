package org.cycleqd.checkpoint.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorSpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterSumTest {

  @TempDir private Path parent;

  @Test
  void concatenationIsPeftsAndExact() throws IOException {
    try (Checkpoint base = Checkpoint.open(GoldenAdapterTest.golden("base"));
        Adapter first = Adapter.open(GoldenAdapterTest.golden("plain_qv"));
        Adapter second = Adapter.open(GoldenAdapterTest.golden("second_qv"))) {
      AdapterContent sum = sum(base, first, second).concatenated();
      assertThat(sum.factors()).allSatisfy(factors -> assertThat(factors.rank()).isEqualTo(10));
      AdapterWriter.publish(parent.resolve("cat"), sum, ExistingTarget.REFUSE);
      try (Adapter written = Adapter.open(parent.resolve("cat"))) {
        GoldenAdapterTest.assertMerged(
            written.applyTo(base), GoldenAdapterTest.golden("combine/cat"), 1e-6f);
      }
    }
  }

  @Test
  void truncationIsTheBestOfItsRankAndSaysWhatItLost() throws IOException {
    Path golden = GoldenAdapterTest.golden("combine/svd");
    String energies = Files.readString(golden.resolve("discarded_energy.json"));
    try (Checkpoint base = Checkpoint.open(GoldenAdapterTest.golden("base"));
        Adapter first = Adapter.open(GoldenAdapterTest.golden("plain_qv"));
        Adapter second = Adapter.open(GoldenAdapterTest.golden("second_qv"));
        SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"))) {
      AdapterSum.Truncated sum = sum(base, first, second).truncated(4);
      for (LowRankFactors factors : sum.content().factors()) {
        String module = BaseModules.of(factors.tensor());
        double[] wanted =
            Objects.requireNonNull(expected.tensors().get(module + "|delta_rank4"))
                .data()
                .toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
        double[] found = product(factors);
        for (int i = 0; i < wanted.length; i++) {
          assertThat(found[i]).isCloseTo(wanted[i], Offset.offset(1e-6));
        }
      }
      assertThat(sum.report().tensors()).hasSize(4);
      for (TensorReport report : sum.report().tensors()) {
        String line = "\"%s\": ".formatted(BaseModules.of(report.tensor()));
        double share =
            Double.parseDouble(
                energies.substring(energies.indexOf(line) + line.length()).split("[,\n]", 2)[0]);
        assertThat(report.discarded() / report.energy()).isCloseTo(share, Offset.offset(1e-10));
        assertThat(report.rank()).isEqualTo(4);
      }
      assertThat(sum.report().discardedShare()).isBetween(0.14, 0.2);
      AdapterWriter.publish(parent.resolve("svd"), sum.content(), ExistingTarget.REFUSE);
      try (Adapter written = Adapter.open(parent.resolve("svd"))) {
        GoldenAdapterTest.assertMerged(
            written.applyTo(base), golden.resolve("adapter_rank4"), 1e-6f);
      }
    }
  }

  @Test
  void adaptersOfDifferentModulesAndRanksAddUp() throws IOException {
    List<TensorSpec> embedding =
        new ArrayList<>(TinyBase.factors(TinyBase.query(1), TinyBase.HIDDEN, TinyBase.HIDDEN));
    embedding.add(TinyBase.tensor("model.embed_tokens.lora_embedding_A", 5, 30));
    embedding.add(TinyBase.tensor("model.embed_tokens.lora_embedding_B", TinyBase.HIDDEN, 5));
    Path other =
        TinyBase.adapter(
            parent.resolve("other"),
            ", \"rank_pattern\": {\"embed_tokens\": 5}, \"use_rslora\": true,"
                + " \"target_modules\": \".*(embed_tokens|layers.1.self_attn.q_proj)\"",
            embedding);
    Path queries =
        TinyBase.adapter(
            parent.resolve("queries"), ", \"target_modules\": [\"q_proj\"]", TinyBase.queries());
    try (Checkpoint base =
            Checkpoint.open(new TinyBase(false, false).publish(parent.resolve("base")));
        Adapter first = Adapter.open(queries);
        Adapter second = Adapter.open(other)) {
      AdapterWriter.publish(
          parent.resolve("cat"), sum(base, first, second).concatenated(), ExistingTarget.REFUSE);
      AdapterSum.Truncated whole = sum(base, first, second).truncated(9);
      assertThat(whole.report().discardedShare()).isLessThan(1e-25);
      AdapterWriter.publish(parent.resolve("svd"), whole.content(), ExistingTarget.REFUSE);
      try (Adapter written = Adapter.open(parent.resolve("cat"));
          Adapter best = Adapter.open(parent.resolve("svd"))) {
        assertThat(written.factors(base).keySet())
            .containsExactly(
                "model.embed_tokens.weight",
                TinyBase.query(0) + ".weight",
                TinyBase.query(1) + ".weight");
        for (String name : written.factors(base).keySet()) {
          double[] wanted = new double[(int) base.tensor(name).spec().elements()];
          add(wanted, 0.7, first.factors(base).get(name));
          add(wanted, -0.4, second.factors(base).get(name));
          double[] exact = product(Objects.requireNonNull(written.factors(base).get(name)));
          double[] cut = product(Objects.requireNonNull(best.factors(base).get(name)));
          for (int i = 0; i < wanted.length; i++) {
            assertThat(exact[i]).isCloseTo(wanted[i], Offset.offset(1e-7));
            assertThat(cut[i]).isCloseTo(wanted[i], Offset.offset(1e-7));
          }
        }
      }
    }
  }

  @Test
  void whatIsNoProductOfFactorsIsRefused() throws IOException {
    assertRefused("dora", "use_dora: found true, expected none: a sum takes");
    assertRefused("modules_to_save", "modules_to_save: found [lm_head], expected none");
  }

  private static void assertRefused(String name, String message) throws IOException {
    try (Checkpoint base = Checkpoint.open(GoldenAdapterTest.golden("base"));
        Adapter plain = Adapter.open(GoldenAdapterTest.golden("plain_qv"));
        Adapter odd = Adapter.open(GoldenAdapterTest.golden(name))) {
      assertThatThrownBy(() -> sum(base, plain, odd))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(name + ": " + message);
    }
  }

  private static AdapterSum sum(Checkpoint base, Adapter first, Adapter second)
      throws CheckpointException {
    return new AdapterSum(
        base,
        List.of(new AdapterSum.Term(first, 0.7), new AdapterSum.Term(second, -0.4)),
        DType.F32);
  }

  static double[] product(LowRankFactors factors) {
    double[] product = new double[factors.outputs() * factors.inputs()];
    add(product, 1, factors);
    return product;
  }

  private static void add(double[] sum, double weight, @Nullable LowRankFactors factors) {
    if (factors == null) {
      return;
    }
    float[] a = FloatRows.all(factors.a());
    float[] b = FloatRows.all(factors.b());
    int inputs = factors.inputs();
    int rank = factors.rank();
    for (int i = 0; i < sum.length; i++) {
      for (int k = 0; k < rank; k++) {
        sum[i] += weight * factors.scale() * b[i / inputs * rank + k] * a[k * inputs + i % inputs];
      }
    }
  }
}
