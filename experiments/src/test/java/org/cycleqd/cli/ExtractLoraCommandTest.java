package org.cycleqd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.checkpoint.adapter.Adapter;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtractLoraCommandTest {

  @TempDir private Path parent;

  private final TerminalFixture fixture = new TerminalFixture();

  @BeforeEach
  void publishModels() throws IOException {
    publish("base", 0);
    publish("expert", 0.1f);
  }

  /** Weights of noise; in projections and the final norm they are moved by a constant. */
  private void publish(String name, float move) throws IOException {
    LlamaConfig config =
        new LlamaConfig(
            12,
            8,
            10,
            2,
            new AttentionConfig(2, 1, 4, false),
            false,
            1e-5,
            new RotaryEmbedding(1e4, Optional.empty()),
            64,
            false,
            DType.F32,
            SpecialTokens.of(1, 2));
    CheckpointWriter.publish(
        parent.resolve(name),
        CheckpointContent.of(
            config,
            (spec, target) -> {
              Draws draws = Draws.at(1, spec.name());
              float[] weights = new float[(int) spec.elements()];
              boolean moved =
                  spec.name().contains("_proj") || spec.name().equals("model.norm.weight");
              for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) draws.gaussian(i) + (moved ? move : 0);
              }
              TensorSource.ofFloats(_ -> weights).write(spec, target);
            }),
        ExistingTarget.REFUSE);
  }

  private int execute(String... options) {
    String[] args = new String[4 + options.length];
    args[0] = "extract-lora";
    args[1] = parent.resolve("base").toString();
    args[2] = parent.resolve("expert").toString();
    args[3] = parent.resolve("lora").toString();
    System.arraycopy(options, 0, args, 4, options.length);
    return Main.local(fixture.terminal(false, 80)).execute(args);
  }

  @Test
  void theTableSaysWhatWasStoredAndLost() throws IOException {
    assertThat(execute("--rank", "1")).as(fixture.err()).isZero();
    assertThat(fixture.out())
        .containsPattern("layers\\.\\*\\.mlp\\.up_proj\\.weight +factors +2 +1 +1\\.265 ")
        .containsPattern("model\\.norm\\.weight +left out +1 +- +0\\.2828 +100\\.00 %")
        .containsPattern("lm_head\\.weight +unchanged +1 +- +0\\.000 +0\\.00 %")
        .contains("1 tensors were left out with ")
        .contains("adapter  " + parent.resolve("lora"));
    try (Checkpoint base = Checkpoint.open(parent.resolve("base"));
        Adapter adapter = Adapter.open(parent.resolve("lora"))) {
      Map<String, TensorRows> changed = adapter.applyTo(base);
      assertThat(changed).hasSize(14);
    }
  }

  @Test
  void jsonHasEveryTensor() throws IOException {
    assertThat(execute("--energy", "0.99", "--save-modules", "model.norm,lm_head", "--json"))
        .as(fixture.err())
        .isZero();
    JsonNode json = new ObjectMapper().readTree(fixture.out());
    assertThat(json.get("tensors")).hasSize(21);
    assertThat(json.get("discarded_share").doubleValue()).isBetween(0.0, 1e-6);
    assertThat(json.get("tensors").get(19).toString())
        .contains("\"tensor\":\"model.norm.weight\",\"stored\":\"whole\",\"rank\":0");
  }

  @Test
  void mistakesAreNamed() {
    assertThat(execute("--rank", "1", "--energy", "0.5")).isEqualTo(2);
    assertThat(execute("--energy", "1.5")).isEqualTo(2);
    assertThat(execute("--rank", "0")).isEqualTo(2);
    assertThat(execute("--dtype", "int8")).isEqualTo(2);
    assertThat(execute("--save-modules", "score")).isEqualTo(1);
    assertThat(fixture.err())
        .contains("error: --rank and --energy are given, expected one of them")
        .contains("error: --energy: found 1.5, expected a share between 0 and 1")
        .contains("error: --rank: found 0, expected 1 or more")
        .contains("error: --dtype is 'int8', expected one of float32, bfloat16")
        .contains("module to save: found score");
    assertThat(parent.resolve("lora")).doesNotExist();
    assertThat(execute()).isZero();
    assertThat(execute()).isEqualTo(1);
    assertThat(fixture.err()).contains("lora: target: found a folder with content");
  }
}
