package org.cycleqd.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The main job from its config to its folder, reduced to seconds. */
class QuickstartTest {

  private static final List<String> TASKS = List.of("code", "db", "os");

  @TempDir private static Path runs;
  private static Path run = Path.of("");
  private static Cycleqd first = new Cycleqd(-1, "", "");

  @BeforeAll
  static void runOnce() {
    first = Cycleqd.quickstart(runs);
    run = runs.resolve("quickstart");
  }

  @Test
  void endsWithATableOfAllMethods() {
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("method", "base", "expert-code", "expert-db", "expert-os", "average")
        .contains("elite-code", "elite-db", "elite-os", "best", "aggregate", "±")
        .contains("report.html");
    assertThat(first.err()).as("quiet without a terminal").isEmpty();
  }

  @Test
  void writesTheSummaryForMachines() throws IOException {
    JsonNode summary = new ObjectMapper().readTree(run.resolve("summary.json").toFile());
    List<String> kinds = new ArrayList<>();
    for (JsonNode method : summary.get("methods")) {
      kinds.add(method.get("kind").asText());
      double total = 0;
      for (String task : TASKS) {
        JsonNode score = method.get("scores").get(task);
        assertThat(score.get("n").asInt()).isEqualTo(16);
        assertThat(score.get("mean").asDouble()).isBetween(0.0, 1.0);
        assertThat(score.get("se").asDouble()).isBetween(0.0, 0.5);
        total += score.get("mean").asDouble();
      }
      assertThat(method.get("mean").asDouble()).isCloseTo(total / 3, within(1e-9));
    }
    assertThat(kinds)
        .containsExactly(
            "base",
            "expert",
            "expert",
            "expert",
            "average",
            "elite",
            "elite",
            "elite",
            "best",
            "aggregate");
  }

  @Test
  void leavesEverythingForAPersonToLookAt() throws IOException {
    for (String file : List.of("config.yaml", "journal.jsonl", "times.jsonl", "report.html")) {
      assertThat(run.resolve(file)).isNotEmptyFile();
    }
    for (String task : TASKS) {
      assertThat(run.resolve("archives/" + task + ".json")).isNotEmptyFile();
    }
    try (var figures = Files.list(run.resolve("figures"))) {
      List<String> names = figures.map(path -> path.getFileName().toString()).toList();
      assertThat(names).filteredOn(name -> name.startsWith("archive-")).hasSize(6);
      assertThat(names).contains("progress.png", "progress.svg");
    }
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("<svg", "expert-code", "aggregate")
        .doesNotContain("<script", "src=\"http");
  }

  /** The exported recipe, merged, makes the exported weights bit for bit. */
  @Test
  void theExportsRecipeMakesItsWeightsAgain(@TempDir Path other) throws IOException {
    Path export = run.resolve("export/aggregate");
    Cycleqd merge =
        Cycleqd.run(
            "merge",
            export.resolve("mergekit_config.yml").toString(),
            other.resolve("merged").toString());
    assertThat(merge.code()).as(merge.err()).isZero();
    assertThat(other.resolve("merged/config.json"))
        .hasSameBinaryContentAs(export.resolve("config.json"));
    try (Checkpoint exported = Checkpoint.open(export);
        Checkpoint merged = Checkpoint.open(other.resolve("merged"))) {
      assertThat(merged.tensors().keySet()).isEqualTo(exported.tensors().keySet());
      for (TensorView view : exported.tensors().values()) {
        TensorView found = merged.tensor(view.spec().name());
        assertThat(found.data().mismatch(view.data())).as(view.spec().name()).isEqualTo(-1);
      }
    }
  }

  /** What was scored is what was exported, to the last bit of every weight. */
  @Test
  void theExportScoresAsReported() throws IOException {
    JsonNode summary = new ObjectMapper().readTree(run.resolve("summary.json").toFile());
    for (JsonNode method : summary.get("methods")) {
      String kind = method.get("kind").asText();
      if (!List.of("best", "aggregate").contains(kind)) {
        continue;
      }
      Path export = run.resolve("export").resolve(method.get("name").asText());
      try (Checkpoint checkpoint = Checkpoint.open(export)) {
        assertThat(checkpoint.config().layers()).isEqualTo(4);
      }
      assertThat(export.resolve("README.md")).content().contains("CycleQD", "base_model");
      assertThat(export.resolve("tokenizer.json")).isNotEmptyFile();
      Cycleqd check =
          Cycleqd.run(
              "eval",
              "--model",
              export.toString(),
              "--tasks",
              "pico-code,pico-db,pico-os",
              "--items",
              "16",
              "--json");
      assertThat(check.code()).as(check.err()).isZero();
      JsonNode scores = new ObjectMapper().readTree(check.out()).get("scores");
      for (String task : TASKS) {
        assertThat(scores.get("pico-" + task).get("mean").asDouble())
            .as("%s on %s", kind, task)
            .isEqualTo(method.get("scores").get(task).get("mean").asDouble());
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameJournalOnAnyNumberOfWorkers(@TempDir Path other) throws IOException {
    Cycleqd again = Cycleqd.quickstart(other, "--set", "runtime.workers=1");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(other.resolve("quickstart/journal.jsonl"))
        .hasSameBinaryContentAs(run.resolve("journal.jsonl"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "reference"})
  void draftsChangeNothingButTheWork(String draft, @TempDir Path other) throws IOException {
    Cycleqd again = Cycleqd.quickstart(other, "--set", "runtime.draft=" + draft);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(other.resolve("quickstart/journal.jsonl"))
        .hasSameBinaryContentAs(run.resolve("journal.jsonl"));
    assertThat(decoded(again)).isNotEqualTo(decoded(first));
  }

  /** The line that tells what the search cost. */
  private static String decoded(Cycleqd run) {
    return run.out().lines().filter(line -> line.startsWith("search ")).findFirst().orElseThrow();
  }

  @Test
  void aKilledRunIsCarriedOnToTheSameEnd(@TempDir Path other) throws IOException {
    assertThat(Cycleqd.quickstart(other).code()).isZero();
    Path journal = other.resolve("quickstart/journal.jsonl");
    byte[] whole = Files.readAllBytes(journal);
    try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "rw")) {
      file.setLength(whole.length * 2L / 3); // as a kill in the middle of a write leaves it
    }
    Cycleqd resumed = Cycleqd.run("resume", other.resolve("quickstart").toString());
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("continuing after");
    assertThat(journal).hasBinaryContent(whole);
  }

  @Test
  void anotherConfigIsNotMixedIntoARun() {
    Cycleqd refused = Cycleqd.quickstart(runs, "--set", "seed=99");
    assertThat(refused.code()).isNotZero();
    assertThat(refused.err()).contains("seed: 99", "--name");
  }
}
