package org.cycleqd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.tensor.TensorSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code merge} on the pico models. */
class MergeCommandTest {

  private static final Path PICO =
      Path.of(System.getProperty("cycleqd.root"), "experiments", "models", "pico");
  private static final String RECIPE =
      """
      models:
      - {model: code, parameters: {weight: 0.6}}
      - {model: db, parameters: {weight: 0.4}}
      merge_method: task_arithmetic
      base_model: base
      """;

  @TempDir private Path folder;
  private Path recipe = Path.of("");
  private String target = "";
  private TerminalFixture fixture = new TerminalFixture();

  @BeforeEach
  void writeRecipe() throws IOException {
    recipe = Files.writeString(folder.resolve("recipe.yaml"), RECIPE);
    target = folder.resolve("m").toString();
  }

  @Test
  void mergesIntoASoundModelOfTheSizeThatWasPlanned() throws IOException {
    assertThat(merge(target)).as(fixture.err()).isZero();
    assertThat(fixture.out())
        .matches("\\Q%s\\E  39 tensors  911\\.04 kB  \\d+\\.\\d s\\R".formatted(target));
    assertThat(fixture.err()).isEmpty();
    assertThat(execute("verify", target)).as(fixture.out()).isZero();
    try (Checkpoint merged = Checkpoint.open(Path.of(target))) {
      assertThat(merged.tensors()).hasSize(39);
    }
    String published = Path.of(target, "mergekit_config.yml").toString();
    String again = folder.resolve("again").toString();
    assertThat(
            execute(
                "merge", published, again, "--models", PICO.toString(), "--shard-size", "300kB"))
        .isZero();
    assertThat(Path.of(again, "model-00001-of-00004.safetensors")).exists();
    assertThat(execute("diff", target, again)).isZero();
    assertThat(fixture.out()).startsWith("identical");
  }

  @Test
  void theResultIsJsonOnRequest() throws IOException {
    Files.writeString(recipe, RECIPE + "parameters: {t: 1}\n");
    assertThat(merge(target, "--json", "--threads", "3")).isZero();
    assertThat(json().at("/model").textValue()).isEqualTo(target);
    assertThat(json().at("/method").textValue()).isEqualTo("task_arithmetic");
    assertThat(json().at("/tensors").intValue()).isEqualTo(39);
    assertThat(json().at("/bytes").longValue()).isEqualTo(911_040);
    assertThat(json().at("/seconds").doubleValue()).isPositive();
    assertThat(json().at("/notices/0").textValue())
        .isEqualTo("parameters.t has no effect on task_arithmetic");
    assertThat(fixture.err()).contains("note: parameters.t has no effect");
  }

  @Test
  void thePlanSaysWhatAMergeTakesAndDoesNothing() throws IOException {
    assertThat(merge(target, "--plan")).isZero();
    assertThat(fixture.out().lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "base %s none declared".formatted(PICO.resolve("base")),
            "method task_arithmetic",
            "parameters 455,520",
            "to read 2.73 MB",
            "to write 911.04 kB",
            "conflicts none")
        .anyMatch(
            line -> line.matches("working memory .* beside the mapped files, with \\d+ threads"))
        .anyMatch(
            line -> line.matches("expected time \\d+\\.\\d s: merging at .*/s, writing at .*/s.*"));
    assertThat(merge("--plan", "--json", "--threads", "3")).isZero();
    assertThat(json().at("/models/2/name").textValue()).isEqualTo("db");
    assertThat(json().at("/models/2/folder").textValue()).isEqualTo(PICO.resolve("db").toString());
    assertThat(json().at("/bytesToRead").longValue()).isEqualTo(3 * 911_040);
    assertThat(json().at("/bytesToWrite").longValue()).isEqualTo(911_040);
    assertThat(json().at("/threads").intValue()).isEqualTo(3);
    for (String field :
        List.of("workingBytes", "expectedSeconds", "mergeBytesPerSecond", "writeBytesPerSecond")) {
      assertThat(json().path(field).doubleValue()).as(field).isPositive();
    }
    assertThat(json().at("/conflicts").isArray()).isTrue();
    assertThat(names()).containsExactly("recipe.yaml");
  }

  @Test
  void thePlanListsAllConflicts() throws IOException {
    Path other = folder.resolve("other");
    String text =
        Files.readString(PICO.resolve("base/config.json"))
            .replaceFirst("(\"num_hidden_layers\"\\s*:\\s*)4", "$13")
            .replaceFirst("(\"vocab_size\"\\s*:\\s*)320", "$1321");
    Path configOnly = Files.createDirectory(folder.resolve("config"));
    Files.writeString(configOnly.resolve("config.json"), text);
    CheckpointWriter.publish(
        other,
        CheckpointContent.of(
            LlamaConfig.read(configOnly),
            (spec, out) ->
                TensorSource.ofFloats(_ -> new float[(int) spec.elements()]).write(spec, out)),
        ExistingTarget.REFUSE);
    Files.writeString(other.resolve("LICENSE"), "MIT License\n");
    Files.writeString(recipe, RECIPE.replace("model: db", "model: " + other));
    assertThat(merge("--plan")).isEqualTo(1);
    assertThat(fixture.out())
        .contains("conflict        %s: vocab_size: found 321, expected 320".formatted(other))
        .contains("conflict        %s: num_hidden_layers: found 3, expected 4".formatted(other))
        .contains("MIT License")
        .contains("note            the parents' licences differ")
        .doesNotContain("expected time");
    assertThat(merge("--plan", "--json")).isEqualTo(1);
    assertThat(json().at("/conflicts")).hasSize(2);
    assertThat(merge(target)).isEqualTo(1);
    assertThat(fixture.err())
        .startsWith("error: %s: vocab_size".formatted(other))
        .contains("(the first of 2 conflicts");
    assertThat(Path.of(target)).doesNotExist();
  }

  @Test
  void mistakesInTheCommandOrTheRecipeExitWith2() throws IOException {
    assertThat(merge()).isEqualTo(2);
    assertThat(fixture.err()).contains("error: OUT is missing; --plan shows");
    assertThat(merge(target, "--threads", "0")).isEqualTo(2);
    assertThat(fixture.err()).contains("--threads is 0, allowed: 1 or more");
    assertThat(merge(target, "--shard-size", "many")).isEqualTo(2);
    assertThat(fixture.err()).contains("--shard-size is 'many', expected a size such as");
    assertThat(merge("--plan", "--shard-size", "many")).isEqualTo(2);
    for (String mistake :
        List.of(
            "task_arithmetic -> task_arithmetik",
            "weight: 0.6 -> wait: 0.6",
            "weight: 0.6 -> weight: high",
            "base_model: base -> ''",
            "task_arithmetic -> slerp")) {
      String[] parts = mistake.split(" -> ", -1);
      Files.writeString(recipe, RECIPE.replace(parts[0], parts[1]));
      assertThat(merge(target)).as(mistake).isEqualTo(2);
      assertThat(fixture.err()).as(mistake).contains("error: " + recipe + ": ").hasLineCount(1);
    }
    assertThat(execute("merge", folder.resolve("absent.yaml").toString(), target)).isEqualTo(2);
    assertThat(names()).containsExactly("recipe.yaml");
  }

  @Test
  void whatCannotBeDoneExitsWith1() throws IOException {
    Files.createDirectory(Path.of(target));
    Path kept = Files.writeString(Path.of(target, "kept"), "");
    assertThat(merge(target)).isEqualTo(1);
    assertThat(fixture.err()).contains("m: target: found a folder with content");
    assertThat(kept).exists();
    assertThat(merge(target, "--replace")).isEqualTo(1);
    assertThat(fixture.err()).contains("m: target: found a folder that is no model");
    assertThat(merge(target, "--plan")).isEqualTo(1);
    assertThat(fixture.out())
        .containsPattern("conflict +\\S+m: target: found a folder with content")
        .doesNotContain("expected time");
    assertThat(merge(target, "--plan", "--replace", "--json")).isEqualTo(1);
    assertThat(json().get("conflicts").get(0).asText()).contains("a folder that is no model");
    assertThat(merge(PICO.resolve("code").toString(), "--plan")).isEqualTo(1);
    assertThat(fixture.out()).contains("found the merged model " + PICO.resolve("code"));
    assertThat(kept).exists();
    Files.delete(kept);
    assertThat(merge(target, "--plan")).isZero();
    assertThat(merge(target)).isZero();
    assertThat(merge(target, "--replace")).isZero();
    assertThat(merge(recipe.toString())).isEqualTo(1);
    assertThat(fixture.err()).contains("recipe.yaml: target: found a file or link");
    assertThat(merge(PICO.resolve("code").toString(), "--replace")).isEqualTo(1);
    assertThat(fixture.err()).contains("found the merged model " + PICO.resolve("code"));
    assertThat(execute("merge", recipe.toString(), target)).isEqualTo(1);
    assertThat(fixture.err())
        .contains("recipe.yaml: model base: found none of ", folder.resolve("base").toString())
        .contains("--models DIR names where models are");
  }

  @Test
  void progressIsInBytes() {
    Main main = Main.local(fixture.terminal(true, 100));
    assertThat(main.execute("merge", recipe.toString(), target, "--models", PICO.toString()))
        .isZero();
    assertThat(fixture.err()).contains("merging  911.0/911.0 kB");
  }

  private int merge(String... arguments) {
    List<String> all = new ArrayList<>(List.of("merge", recipe.toString()));
    all.addAll(Arrays.asList(arguments));
    all.addAll(List.of("--models", PICO.toString()));
    return execute(all.toArray(String[]::new));
  }

  private int execute(String... arguments) {
    fixture = new TerminalFixture();
    return Main.local(fixture.terminal(false, 80)).execute(arguments);
  }

  private JsonNode json() throws JsonProcessingException {
    return new ObjectMapper().readTree(fixture.out());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
