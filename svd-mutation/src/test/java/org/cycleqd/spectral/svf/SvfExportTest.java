package org.cycleqd.spectral.svf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.adapter.Adapter;
import org.cycleqd.checkpoint.adapter.AdapterReport;
import org.cycleqd.checkpoint.adapter.TensorReport;
import org.cycleqd.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SvfExportTest {

  @TempDir private Path folder;

  private Checkpoint base(DType dtype) throws IOException {
    return TinyBase.publish(folder.resolve("base"), dtype, 0);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void aNeutralExpertIsTheBaseBitForBit(DType dtype) throws IOException {
    try (Checkpoint base = base(dtype)) {
      SvfVectors neutral = SvfVectors.neutral(base, SvfRule.NUCLEAR_NORM, _ -> true);
      SvfExport.model(base, neutral, folder.resolve("out"), _ -> {});
      try (Checkpoint written = Checkpoint.open(folder.resolve("out"))) {
        assertThat(written.digest()).isEqualTo(base.digest());
      }
    }
  }

  @Test
  void onlyMatricesWithAVectorChange() throws IOException {
    try (Checkpoint base = base(DType.F32)) {
      Files.writeString(base.folder().resolve("tokenizer_config.json"), "{}");
      SvfVectors expert = TinyBase.expert(base, SvfRule.NUCLEAR_NORM);
      List<String> told = new ArrayList<>();
      SvfExport.model(base, expert, folder.resolve("out"), told::add);
      assertThat(told).containsExactlyInAnyOrderElementsOf(base.tensors().keySet());
      assertThat(folder.resolve("out/tokenizer_config.json")).hasContent("{}");
      try (Checkpoint written = Checkpoint.open(folder.resolve("out"))) {
        for (String tensor : base.tensors().sequencedKeySet()) {
          float[] found = written.tensor(tensor).toFloats();
          if (expert.has(tensor)) {
            assertThat(found).containsExactly(changed(base, expert, tensor), within(2e-6f));
            assertThat(found).isNotEqualTo(base.tensor(tensor).toFloats());
          } else {
            assertThat(found).isEqualTo(base.tensor(tensor).toFloats());
          }
        }
      }
    }
  }

  /** The expert's matrix in float64. */
  private static float[] changed(Checkpoint base, SvfVectors expert, String tensor)
      throws IOException {
    try (SvfDecomposer decomposer = new SvfDecomposer();
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray exact = BaseMatrix.read(manager, base, tensor).toType(DataType.FLOAT64, false);
      NDArray delta =
          decomposer
              .decompose(manager, exact)
              .delta(manager, expert.rule(), expert.doubles(tensor));
      return exact.add(delta).toType(DataType.FLOAT32, false).toFloatArray();
    }
  }

  @Test
  void anAdapterOfFullRankIsTheExpert() throws IOException {
    try (Checkpoint base = base(DType.F32)) {
      SvfVectors expert = TinyBase.expert(base, SvfRule.NUCLEAR_NORM);
      AdapterReport report = SvfExport.adapter(base, expert, folder.resolve("lora"), 8, _ -> {});
      assertThat(report.discarded()).isZero();
      SvfExport.model(base, expert, folder.resolve("model"), _ -> {});
      try (Checkpoint model = Checkpoint.open(folder.resolve("model"))) {
        for (String tensor : expert.z().keySet()) {
          assertThat(merged(base, tensor))
              .containsExactly(model.tensor(tensor).toFloats(), within(2e-6f));
        }
      }
    }
  }

  /** What is lost is the distance to the expert, and what is kept comes first. */
  @Test
  void anAdapterSaysWhatItLoses() throws IOException {
    try (Checkpoint base = base(DType.F32)) {
      SvfVectors expert = TinyBase.expert(base, SvfRule.PLAIN);
      AdapterReport report = SvfExport.adapter(base, expert, folder.resolve("lora"), 3, _ -> {});
      assertThat(report.discardedShare()).isBetween(0.001, 0.6);
      for (TensorReport tensor : report.tensors()) {
        assertThat(tensor.rank()).isEqualTo(3);
        float[] wanted = changed(base, expert, tensor.tensor());
        float[] held = merged(base, tensor.tensor());
        float[] origin = base.tensor(tensor.tensor()).toFloats();
        double lost = 0;
        double change = 0;
        for (int i = 0; i < wanted.length; i++) {
          lost += Math.pow((double) wanted[i] - held[i], 2);
          change += Math.pow((double) wanted[i] - origin[i], 2);
        }
        assertThat(lost).isCloseTo(tensor.discarded(), within(1e-4 * change));
        assertThat(change).isCloseTo(tensor.energy(), within(1e-5 * change));
      }
    }
  }

  /** The base with the adapter's change in a tensor. */
  private float[] merged(Checkpoint base, String tensor) throws IOException {
    try (Adapter adapter = Adapter.open(folder.resolve("lora"))) {
      float[] merged = new float[(int) base.tensor(tensor).spec().elements()];
      Objects.requireNonNull(adapter.applyTo(base).get(tensor))
          .read(0, (int) base.tensor(tensor).spec().rows(), merged);
      return merged;
    }
  }

  @Test
  void whatCannotBeWrittenIsRefusedAndLeavesNothing() throws IOException {
    try (Checkpoint base = base(DType.F32);
        Checkpoint other = TinyBase.publish(folder.resolve("other"), DType.F32, 0.1)) {
      SvfVectors neutral = SvfVectors.neutral(base, SvfRule.PLAIN, name -> name.contains("mlp"));
      assertThatThrownBy(() -> SvfExport.adapter(base, neutral, folder.resolve("out"), 1, _ -> {}))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("found neutral ones only");
      assertThatThrownBy(() -> SvfExport.model(other, neutral, folder.resolve("out"), _ -> {}))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("digest: found");
      assertThatThrownBy(() -> SvfExport.model(base, neutral, folder.resolve("other"), _ -> {}))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("a folder with content");
      assertThat(folder.resolve("out")).doesNotExist();
    }
  }
}
