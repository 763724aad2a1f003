package org.cycleqd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;
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
import org.cycleqd.tensor.TensorSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code similarity} and {@code svf}. */
class ExpertCommandsTest {

  private static final String UP = "model.layers.0.mlp.up_proj.weight";

  @TempDir private Path parent;

  private final TerminalFixture fixture = new TerminalFixture();

  @BeforeEach
  void publishModels() throws IOException {
    publish("base", 0);
    publish("code", 0.1);
    publish("maths", -0.2);
  }

  /** Weights of noise; decoder layers are scaled, and one more element differs. */
  private void publish(String name, double move) throws IOException {
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
              for (int i = 0; i < weights.length; i++) {
                weights[i] =
                    (float) (draws.gaussian(i) * (spec.name().contains("_proj") ? 1 + move : 1));
              }
              TensorSource.ofFloats(_ -> weights).write(spec, target);
            }),
        ExistingTarget.REFUSE);
  }

  private String path(String name) {
    return parent.resolve(name).toString();
  }

  private int execute(String... args) {
    return Main.local(fixture.terminal(false, 80)).execute(args);
  }

  /** Task vectors along one line, one twice as long and turned round. */
  @Test
  void similarityComparesAndDraws() throws IOException {
    assertThat(
            execute(
                "similarity",
                path("base"),
                path("code"),
                path("maths"),
                "--figure",
                path("drawn/map.png")))
        .isZero();
    assertThat(fixture.out())
        .contains(
            "code, maths       -1.0000           1.0000",
            "layer 1        -1.0000 / 1.0000",
            "embedding")
        .contains("layers.*.mlp.up_proj.weight", "figure  " + path("drawn/map.png"));
    assertThat(ImageIO.read(parent.resolve("drawn/map.png").toFile()).getWidth())
        .isGreaterThan(300);
    assertThat(parent.resolve("drawn")).isDirectoryContaining("glob:**map.png");
  }

  @Test
  void similarityIsAlsoForPrograms() throws IOException {
    assertThat(
            execute(
                "similarity",
                path("base"),
                path("code"),
                path("maths"),
                "--no-spectra",
                "--json",
                "--figure",
                path("map.svg")))
        .isZero();
    JsonNode json = new ObjectMapper().readTree(fixture.out());
    assertThat(json.at("/experts/1/name").asText()).isEqualTo("maths");
    assertThat(json.at("/total/task_vectors/0/1").asDouble()).isCloseTo(-1, within(1e-6));
    assertThat(json.at("/total/norms/1").asDouble())
        .isCloseTo(2 * json.at("/total/norms/0").asDouble(), within(1e-5));
    assertThat(json.at("/layers/0/part").asText()).isEqualTo("embedding");
    assertThat(json.has("energies")).isFalse();
    assertThat(parent.resolve("map.svg")).content().startsWith("<?xml").contains("</svg>");
  }

  @Test
  void similarityRefusesWhatItCannotDo() {
    assertThat(execute("similarity", path("base"), path("code"))).isEqualTo(2);
    assertThat(execute("similarity", path("base"), path("code"), path("code"))).isEqualTo(2);
    assertThat(fixture.err()).contains("found the expert twice");
    assertThat(
            execute(
                "similarity", path("base"), path("code"), path("maths"), "--figure", "map.jpeg"))
        .isEqualTo(2);
    assertThat(fixture.err())
        .contains("--figure is 'map.jpeg', expected a name that ends in .png or .svg");
  }

  /** A fine-tune that only scales matrices is an SVF expert by the plain rule. */
  @Test
  void anExpertGoesToSvfAndBack() throws IOException {
    assertThat(execute("svf", "project", path("base"), path("code"), path("code.safetensors")))
        .isZero();
    assertThat(fixture.out()).contains("14 vectors, 0.00 % of the squared change is lost");
    assertThat(execute("svf", "info", path("code.safetensors"))).isZero();
    assertThat(fixture.out()).contains(UP, "1.100000", "rule     plain");
    assertThat(
            execute(
                "svf", "export", path("code.safetensors"), path("again"), "--base", path("base")))
        .isZero();
    try (Checkpoint code = Checkpoint.open(parent.resolve("code"));
        Checkpoint again = Checkpoint.open(parent.resolve("again"))) {
      assertThat(again.tensor(UP).toFloats())
          .containsExactly(code.tensor(UP).toFloats(), within(2e-6f));
    }
    assertThat(
            execute(
                "svf",
                "export",
                path("code.safetensors"),
                path("lora"),
                "--base",
                path("base"),
                "--lora",
                "2"))
        .isZero();
    assertThat(fixture.out()).contains("layers.*.mlp.up_proj.weight", "factors", "adapter  ");
    try (Adapter adapter = Adapter.open(parent.resolve("lora"))) {
      assertThat(adapter.modules()).hasSize(14);
    }
  }

  @Test
  void svfFactsAreAlsoForPrograms() throws IOException {
    assertThat(
            execute(
                "svf",
                "project",
                path("base"),
                path("maths"),
                path("m.safetensors"),
                "--rule",
                "nuclear-norm",
                "--matrices",
                "mlp",
                "--json"))
        .isZero();
    assertThat(new ObjectMapper().readTree(fixture.out()).get("vectors").asInt()).isEqualTo(6);
  }

  @Test
  void svfRefusesWhatDoesNotFit() throws IOException {
    assertThat(execute("svf", "project", path("base"), path("code"), path("code.safetensors")))
        .isZero();
    assertThat(
            execute(
                "svf", "export", path("code.safetensors"), path("out"), "--base", path("maths")))
        .isEqualTo(1);
    assertThat(fixture.err()).contains("digest: found", "the base of the SVF expert");
    assertThat(execute("svf", "project", path("base"), path("code"), path("code.safetensors")))
        .isEqualTo(2);
    assertThat(fixture.err()).contains("code.safetensors: found a file, expected none");
    assertThat(execute("svf")).isEqualTo(2);
    assertThat(fixture.err()).contains("expected one of project, info, export");
    assertThat(
            execute(
                "svf",
                "project",
                path("base"),
                path("code"),
                path("x.safetensors"),
                "--matrices",
                "nothing"))
        .isEqualTo(2);
    assertThat(fixture.err())
        .contains("--matrices is 'nothing', expected a part of the name of a matrix");
    assertThat(Files.exists(parent.resolve("out"))).isFalse();
  }
}
