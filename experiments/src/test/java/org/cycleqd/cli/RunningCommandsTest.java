package org.cycleqd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.cycleqd.tensor.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code generate}, {@code score} and the benchmarks of the runtime, on real models. */
class RunningCommandsTest {

  private static final Path ROOT = Path.of(System.getProperty("cycleqd.root"));
  private static final String PICO = ROOT.resolve("experiments/models/pico/code").toString();
  private static final Path STORIES = ROOT.resolve("../shared/data/stories260k");

  @TempDir private Path folder;
  private TerminalFixture fixture = new TerminalFixture();

  private int execute(String... arguments) {
    fixture = new TerminalFixture();
    return Main.local(fixture.terminal(false, 80)).execute(arguments);
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(fixture.out());
  }

  @Test
  void generatesTextUpToTheEnd() throws IOException {
    assertThat(execute("generate", "--model", PICO, "--prompt", "py: sort x =>")).isZero();
    assertThat(fixture.err()).isEmpty();
    String text = fixture.out().strip();
    assertThat(text).isNotEmpty();
    assertThat(execute("generate", "--model", PICO, "--prompt", "py: sort x =>", "--json"))
        .isZero();
    assertThat(json().get("text").asText().strip()).isEqualTo(text);
    assertThat(json().get("finish").asText()).isEqualTo("stop");
    assertThat(json().get("ids")).hasSameSizeAs(json().get("logProbabilities"));
    assertThat(json().get("promptIds").get(0).intValue()).isEqualTo(1);
  }

  @Test
  void theSameSeedDrawsTheSame() {
    List<String> found = new ArrayList<>();
    for (String seed : List.of("1", "1", "2")) {
      assertThat(
              execute(
                  "generate",
                  "--model",
                  PICO,
                  "--prompt",
                  "py:",
                  "--temperature",
                  "1.5",
                  "--seed",
                  seed))
          .isZero();
      found.add(fixture.out());
    }
    assertThat(found.get(1)).isEqualTo(found.get(0));
    assertThat(found.get(2)).isNotEqualTo(found.get(0));
  }

  @Test
  void agreesWithThePublishedModel() throws IOException {
    assumeTrue(Files.isDirectory(STORIES), "the model is not beside the project");
    JsonNode golden = new ObjectMapper().readTree(STORIES.resolve("golden.json").toFile());
    String model = STORIES.resolve("hf").toString();
    assertThat(
            execute("generate", "--model", model, "--ids", "1", "--max-new-tokens", "20", "--json"))
        .isZero();
    JsonNode expected = golden.get("greedy").get(0).get("ids");
    for (int i = 0; i < 20; i++) {
      assertThat(json().get("ids").get(i)).isEqualTo(expected.get(i + 1));
    }
    List<String> ids = new ArrayList<>();
    golden.get("logits_for").get("ids").forEach(id -> ids.add(id.asText()));
    Path file = folder.resolve("logits.safetensors");
    assertThat(
            execute(
                "score",
                "--model",
                model,
                "--ids",
                String.join(",", ids),
                "--logits",
                file.toString(),
                "--json"))
        .isZero();
    assertThat(json().get("logProbabilities").get(0).doubleValue())
        .isCloseTo(-golden.get("nll").get(0).get("per_token").get(0).asDouble(), within(1e-4));
    try (SafetensorsFile written = SafetensorsFile.open(file)) {
      float[] logits = Objects.requireNonNull(written.tensors().get("logits")).toFloats();
      for (JsonNode row : golden.get("logits_for").get("rows")) {
        JsonNode top = row.get("top").get(0);
        assertThat((double) logits[row.get("pos").asInt() * 512 + top.get(0).asInt()])
            .isCloseTo(top.get(1).asDouble(), within(5e-5));
      }
    }
  }

  @Test
  void scoresText() {
    assertThat(execute("score", "--model", PICO, "--prompt", "py: sort x =>")).isZero();
    assertThat(fixture.out()).contains("log-probability").contains("perplexity");
    assertThat(fixture.err()).isEmpty();
  }

  @Test
  void mistakesAreNamed() {
    assertThat(execute("generate", "--model", PICO)).isEqualTo(2);
    assertThat(fixture.err()).contains("give either --prompt or --ids");
    assertThat(execute("generate", "--model", PICO, "--ids", "1,320")).isEqualTo(2);
    assertThat(fixture.err()).contains("--ids has 320, allowed: 0 to 319");
    assertThat(execute("generate", "--model", PICO, "--ids", "1", "--temperature", "-1"))
        .isEqualTo(2);
    assertThat(fixture.err()).contains("--temperature: found -1.0, expected a number from 0");
    assertThat(execute("generate", "--model", PICO, "--ids", "1", "--dtype", "f8")).isEqualTo(2);
    assertThat(fixture.err()).contains("'f8', expected one of f32, bf16, f16");
    assertThat(execute("generate", "--model", PICO, "--ids", "1", "--device", "gpu")).isEqualTo(2);
    assertThat(fixture.err()).contains("--device: found gpu, expected cpu or cuda:N");
    assertThat(execute("bench", "decode", "--model", PICO, "--device", "gpu")).isEqualTo(2);
    assertThat(fixture.err()).contains("--device: found gpu, expected cpu or cuda:N");
    assertThat(execute("generate", "--model", PICO, "--ids", "1", "--device", "cuda:99"))
        .isEqualTo(1);
    assertThat(fixture.err()).contains("--device: found cuda:99, expected one of the");
    assertThat(execute("generate", "--model", PICO, "--ids", "1", "--max-new-tokens", "200"))
        .isEqualTo(1);
    assertThat(fixture.err()).contains("max_position_embeddings: found 128, expected at least 201");
    assertThat(execute("score", "--model", PICO, "--ids", "1")).isEqualTo(2);
    assertThat(fixture.err()).contains("expected at least 2");
    assertThat(execute("generate", "--model", folder.toString(), "--ids", "1")).isEqualTo(1);
    assertThat(fixture.err()).contains(folder.toString());
  }

  @Test
  void benchmarksSetTimesAgainstTheLeast() throws IOException {
    for (String bench : List.of("decode", "prefill")) {
      assertThat(
              execute(
                  "bench",
                  bench,
                  "--model",
                  PICO,
                  "--batch",
                  "1,3",
                  "--prompt",
                  "20",
                  "--repeat",
                  "1",
                  "--json"))
          .isZero();
      assertThat(json().get("batches")).hasSize(2);
      assertThat(json().at("/batches/1/tokensPerSecond").doubleValue()).isPositive();
      assertThat(json().at("/batches/0/ratio").doubleValue()).isPositive();
    }
  }
}
