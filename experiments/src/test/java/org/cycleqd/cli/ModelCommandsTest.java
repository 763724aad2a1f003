package org.cycleqd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.tensor.TensorSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code inspect}, {@code diff} and {@code verify} on the pico models and on damaged copies. */
class ModelCommandsTest {

  private static final Path PICO =
      Path.of(System.getProperty("cycleqd.root"), "experiments", "models", "pico");
  private static final String BASE = PICO.resolve("base").toString();
  private static final String CODE = PICO.resolve("code").toString();

  @TempDir private Path folder;
  private TerminalFixture fixture = new TerminalFixture();

  @Test
  void inspectShowsArchitectureSizeFilesAndLicence() throws IOException {
    Path model = copy("licensed", 300_000);
    Files.writeString(model.resolve("README.md"), "---\nlicense: apache-2.0\n---\n# Card\n");
    assertThat(execute("inspect", model.toString(), "--tensors")).isZero();
    assertThat(fixture.err()).isEmpty();
    assertThat(fixture.out().lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "num_key_value_heads 2",
            "eos_token_id [2]",
            "licence apache-2.0 (README.md)",
            "parameters 455,520",
            "BF16 39 911.04 kB",
            "model-00004-of-00004.safetensors 1 61.44 kB",
            "model.layers.0.self_attn.k_proj.weight BF16 32 x 96"
                + " model-00001-of-00004.safetensors 210760")
        .anyMatch(line -> line.startsWith("tokenizer generation_config.json, tokenizer.json"));
  }

  @Test
  void inspectPrintsJsonWithTheDigestOnRequest() throws IOException {
    assertThat(execute("inspect", BASE, "--json", "--digest", "--tensors")).isZero();
    JsonNode json = json();
    assertThat(json.at("/config/hidden_size").intValue()).isEqualTo(96);
    assertThat(json.at("/config/eos_token_id/0").intValue()).isEqualTo(2);
    assertThat(json.at("/config/model_type").textValue()).isEqualTo("llama");
    assertThat(json.at("/parameters").longValue()).isEqualTo(455_520);
    assertThat(json.at("/files/model.safetensors/bytes").longValue()).isEqualTo(911_040);
    assertThat(json.at("/dtypes/BF16/tensors").intValue()).isEqualTo(39);
    assertThat(json.at("/tensors")).hasSize(39);
    assertThat(json.at("/tensors/0/name").textValue()).isEqualTo("model.embed_tokens.weight");
    assertThat(json.at("/tensors/0/shape/1").intValue()).isEqualTo(96);
    try (Checkpoint base = Checkpoint.open(Path.of(BASE))) {
      assertThat(json.at("/digest").textValue()).isEqualTo(base.digest());
      assertThat(json.at("/tensors/0/offset").longValue())
          .isEqualTo(base.location("model.embed_tokens.weight").offset());
    }
  }

  @Test
  void inspectReadsTheHeaderOfASingleFile() {
    String file = PICO.resolve("base/model.safetensors").toString();
    assertThat(execute("inspect", file)).isZero();
    assertThat(fixture.out()).contains("format=pt").contains("455,520").doesNotContain("licence");
    assertThat(execute("inspect", file, "--digest")).isEqualTo(2);
    assertThat(fixture.err()).contains("is a file, --digest needs a model folder");
    assertThat(execute("inspect", folder.resolve("absent").toString())).isEqualTo(1);
    assertThat(fixture.err()).contains("absent: model: found nothing, expected a model folder");
  }

  @Test
  void diffOfAModelAndItselfSaysSo() throws IOException {
    String copy = copy("copy", 100_000).toString();
    assertThat(execute("diff", BASE, copy)).isZero();
    assertThat(fixture.out())
        .isEqualToIgnoringNewLines(
            "identical: the same configuration and 39 tensors with the same values");
    assertThat(execute("diff", BASE, copy, "--json")).isZero();
    assertThat(json().at("/identical").booleanValue()).isTrue();
    assertThat(json().at("/total/cosine").doubleValue()).isEqualTo(1);
  }

  @Test
  void diffShowsTheMostDistantTensorsFirst() throws IOException {
    assertThat(execute("diff", BASE, CODE, "--json")).isZero();
    JsonNode all = json();
    assertThat(all.at("/tensors")).hasSize(39);
    assertThat(execute("diff", BASE, CODE, "--top", "3", "--json")).isZero();
    JsonNode top = json();
    assertThat(top.at("/total")).isEqualTo(all.at("/total"));
    assertThat(top.at("/tensors")).hasSize(3);
    List<Double> largest =
        all.at("/tensors")
            .valueStream()
            .map(node -> node.get("relative").doubleValue())
            .sorted((a, b) -> Double.compare(b, a))
            .limit(3)
            .toList();
    assertThat(top.at("/tensors").valueStream().map(node -> node.get("relative").doubleValue()))
        .containsExactlyElementsOf(largest);
    assertThat(execute("diff", BASE, CODE, "--top", "3")).isZero();
    assertThat(fixture.out())
        .contains("39 of 39 tensors differ, 0 cannot be compared")
        .hasLineCount(2 + 3 + 2);
    assertThat(execute("diff", BASE, CODE, "--top", "0")).isEqualTo(2);
    assertThat(execute("diff", BASE)).isEqualTo(2);
    assertThat(execute("diff", BASE, folder.resolve("absent").toString())).isEqualTo(1);
  }

  @Test
  void diffOfModelsOfOtherShapesListsThem() throws IOException {
    Path other = folder.resolve("other");
    try (Checkpoint base = Checkpoint.open(Path.of(BASE))) {
      String text =
          Files.readString(Path.of(BASE, "config.json"))
              .replaceFirst("(\"num_hidden_layers\"\\s*:\\s*)4", "$13");
      CheckpointWriter.publish(
          other,
          new CheckpointContent(
              text,
              base.tensors().values().stream()
                  .map(view -> view.spec())
                  .filter(spec -> !spec.name().contains(".layers.3."))
                  .toList(),
              TensorSource.ofViews(base.tensors()),
              Map.of(),
              Optional.of(Path.of(BASE))),
          ExistingTarget.REFUSE);
    }
    assertThat(execute("diff", BASE, other.toString())).isZero();
    assertThat(fixture.out())
        .contains("config  num_hidden_layers: 4 against 3")
        .contains("tensor  model.layers.3.mlp.up_proj.weight: BF16 [256, 96] against none")
        .contains("0 of 30 tensors differ, 9 cannot be compared");
  }

  @Test
  void verifyPassesASoundModelAndChecksItsDigest() throws IOException {
    String digest;
    try (Checkpoint base = Checkpoint.open(Path.of(BASE))) {
      digest = base.digest();
    }
    assertThat(execute("verify", BASE, "--digest", digest)).isZero();
    assertThat(fixture.out().lines())
        .hasSize(5)
        .allMatch(line -> line.startsWith("ok       "))
        .contains("ok       tokenizer      320 tokens, largest id 319, vocab_size 320");
    assertThat(execute("verify", BASE, "--digest", "0".repeat(64))).isEqualTo(1);
    assertThat(fixture.out()).contains("problem  digest         " + digest);
    assertThat(execute("verify", BASE, "--digest", "abc")).isEqualTo(2);
    assertThat(fixture.err()).contains("--digest is abc, allowed: 64 hexadecimal digits");
  }

  @Test
  void verifyPrintsAllProblems() throws IOException {
    Path model = folder.resolve("m");
    try (Checkpoint base = Checkpoint.open(Path.of(BASE))) {
      TensorSource views = TensorSource.ofViews(base.tensors());
      TensorSource broken =
          (spec, target) -> {
            if (spec.name().equals("model.norm.weight")) {
              byte[] ones = new byte[(int) spec.bytes()];
              Arrays.fill(ones, (byte) 0xFF);
              target.put(0, MemorySegment.ofArray(ones));
            } else {
              views.write(spec, target);
            }
          };
      CheckpointWriter.publish(
          model,
          CheckpointContent.like(base, broken)
              .withFile("tokenizer_config.json", "no JSON")
              .withMaximumShardBytes(300_000),
          ExistingTarget.REFUSE);
    }
    Files.delete(model.resolve("model-00002-of-00004.safetensors"));
    assertThat(execute("verify", model.toString())).isEqualTo(1);
    assertThat(fixture.out())
        .contains("ok       configuration  ")
        .contains("model-00002-of-00004.safetensors: file: found none, expected a weight file")
        .contains("tensor model.norm.weight: found NaN at element 0, expected finite values")
        .contains("tokenizer_config.json: file: found malformed JSON");
    assertThat(execute("verify", model.toString(), "--json")).isEqualTo(1);
    assertThat(json().at("/sound").booleanValue()).isFalse();
    assertThat(json().at("/steps")).hasSize(4);
    assertThat(json().at("/steps/2/problems")).hasSize(1);
  }

  @Test
  void hubLinksAreFollowedOnRequest() throws IOException {
    Path repository = folder.resolve("models--pico--base");
    Path snapshot = Files.createDirectories(repository.resolve("snapshots/1"));
    Path blobs = Files.createDirectories(repository.resolve("blobs"));
    try (Stream<Path> files = Files.list(Path.of(BASE))) {
      for (Path file : files.toList()) {
        String name = Objects.requireNonNull(file.getFileName()).toString();
        Files.copy(file, blobs.resolve(name));
        Files.createSymbolicLink(snapshot.resolve(name), Path.of("../../blobs", name));
      }
    }
    for (List<String> command :
        List.of(
            List.of("inspect", snapshot.toString()),
            List.of("verify", snapshot.toString()),
            List.of("diff", snapshot.toString(), snapshot.toString()))) {
      assertThat(execute(command.toArray(String[]::new))).isEqualTo(1);
      assertThat(fixture.err() + fixture.out()).contains("found a symbolic link");
      assertThat(
              execute(
                  Stream.concat(command.stream(), Stream.of("--hub-links")).toArray(String[]::new)))
          .isZero();
    }
  }

  @Test
  void progressIsInBytes() {
    fixture = new TerminalFixture();
    Main main = new Main(LocalCommands::new, fixture.terminal(true, 100));
    assertThat(main.execute("diff", BASE, CODE)).isZero();
    assertThat(main.execute("verify", BASE)).isZero();
    assertThat(fixture.err())
        .contains("comparing  1.8/1.8 MB")
        .contains("verifying  911.0/911.0 kB");
  }

  private int execute(String... arguments) {
    fixture = new TerminalFixture();
    return new Main(LocalCommands::new, fixture.terminal(false, 80)).execute(arguments);
  }

  private JsonNode json() throws JsonProcessingException {
    return new ObjectMapper().readTree(fixture.out());
  }

  private Path copy(String name, long shardBytes) throws IOException {
    Path target = folder.resolve(name);
    try (Checkpoint base = Checkpoint.open(Path.of(BASE))) {
      CheckpointWriter.publish(
          target,
          CheckpointContent.like(base, TensorSource.ofViews(base.tensors()))
              .withMaximumShardBytes(shardBytes),
          ExistingTarget.REFUSE);
    }
    return target;
  }
}
