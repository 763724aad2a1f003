package org.cycleqd.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.cycleqd.engine.CandidateRecord;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.evaluation.SampleLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches on published tasks: code that is run, a number at the end, the most probable choice. */
class PublishedRunTest {

  private static final Path PICO = Cycleqd.ROOT.resolve("experiments/models/pico");

  private static final String CONFIG =
      """
      name: published
      base: base
      experts:
        - {name: a, path: code, task: programs}
        - {name: b, path: db, task: sums}
        - {name: c, path: os, task: choices}
      tasks:
        - {name: programs, type: mbpp-plus-v0.1.0-base, optimisation: 3, validation: 2, test: 3, allow_test_items: true}
        - {name: sums, type: gsm8k, optimisation: 3, validation: 2, test: 3}
        - {name: choices, type: arc-easy, optimisation: 12, validation: 4, test: 12}
      archive: {bins: 3, ranges: {programs: [0, 1], sums: [0, 1], choices: [0, 1]}}
      search: {children: 4, lag: 2, stopping: lossless}
      runtime: {max_new_tokens: 24}
      output: {export: false}
      """;

  @TempDir private Path folder;

  /** The models were trained on short texts; a longer context costs them nothing to allow. */
  @BeforeEach
  void models() throws IOException {
    for (String name : List.of("base", "code", "db", "os")) {
      copy(name, 8192);
    }
    Files.writeString(folder.resolve("published.yaml"), CONFIG);
  }

  private void copy(String name, int context) throws IOException {
    Path target = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(PICO.resolve(name))) {
      for (Path file : files.toList()) {
        Files.write(target.resolve(file.getFileName().toString()), Files.readAllBytes(file));
      }
    }
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode config = (ObjectNode) mapper.readTree(target.resolve("config.json").toFile());
    config.put("max_position_embeddings", context);
    Files.writeString(target.resolve("config.json"), config.toPrettyString());
  }

  private Cycleqd run(String... more) {
    String[] first = {
      "run", folder.resolve("published.yaml").toString(),
      "--set", "output.folder=" + folder.resolve("runs"),
      "--set", "basis.store=" + folder.resolve("bases")
    };
    return Cycleqd.run(Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new));
  }

  @Test
  void publishedTasksGuideASearch() throws Exception {
    Cycleqd run = run();
    assertThat(run.code()).as(run.err()).isZero();
    Path directory = folder.resolve("runs/published");
    RunHistory history = RunHistory.read(RunHistory.journal(directory));
    assertThat(history.candidates()).hasSize(7);
    assertThat(history.header().digests())
        .containsEntry("asking programs", "Completion[stops=[```], tokens=512]");
    JsonNode methods =
        new ObjectMapper().readTree(directory.resolve("summary.json").toFile()).get("methods");
    for (JsonNode method : methods) {
      assertThat(method.get("scores").get("choices").get("n").asInt()).isEqualTo(12);
      assertThat(method.get("scores").get("sums").get("n").asInt()).isEqualTo(3);
    }
    assertThat(history.candidates().stream().map(candidate -> candidate.scores()))
        .as("choices differ between models")
        .anyMatch(scores -> scores.isPresent() && scores.get().get(2) > 0);
    byte[] journal = Files.readAllBytes(RunHistory.journal(directory));
    Cycleqd again =
        run("--name", "again", "--set", "runtime.draft=none", "--set", "output.answers=true");
    assertThat(again.code()).as(again.err()).isZero();
    RunHistory other = RunHistory.read(RunHistory.journal(folder.resolve("runs/again")));
    assertThat(other.candidates()).isEqualTo(history.candidates());
    assertThat(RunHistory.journal(directory)).hasBinaryContent(journal);
    assertThat(directory.resolve("answers")).doesNotExist();
    answersAreKept(folder.resolve("runs/again/answers"), other);
  }

  /** Of each candidate what the journal's scores are made of; judged anew, it is the same. */
  private static void answersAreKept(Path answers, RunHistory history) throws IOException {
    List<String> tasks = List.of("programs", "sums", "choices");
    for (CandidateRecord candidate : history.candidates()) {
      Path own = answers.resolve(Integer.toString(candidate.number()));
      for (int task = 0; task < tasks.size() && candidate.scores().isPresent(); task++) {
        List<SampleLog.Stored> stored = SampleLog.read(SampleLog.file(own, tasks.get(task)));
        assertThat(stored.stream().mapToDouble(SampleLog.Stored::score).average().orElseThrow())
            .isCloseTo(candidate.scores().get().get(task), within(1e-9));
      }
    }
    Cycleqd rescored = Cycleqd.run("rescore", answers.resolve("0/samples_sums.jsonl").toString());
    assertThat(rescored.code()).as(rescored.err()).isZero();
  }

  @Test
  void dialoguesGuideASearch() throws Exception {
    String tasks =
        """
        name: published
        base: base
        experts:
          - {name: a, path: db, task: data}
          - {name: b, path: os, task: shell}
        tasks:
          - {name: data, type: dbbench-cycleqd, optimisation: 3, test: 2, allow_test_items: true}
          - {name: shell, type: os-interaction-cycleqd, optimisation: 2, test: 2, allow_test_items: true}
        archive: {bins: 3, ranges: {data: [0, 1], shell: [0, 1]}}
        search: {children: 2, lag: 2, stopping: lossless}
        runtime: {max_new_tokens: 24}
        output: {export: false}
        """;
    Files.writeString(folder.resolve("published.yaml"), tasks);
    for (String name : List.of("base", "db", "os")) {
      copy(name, 2048); // the shorter, the sooner endless talk ends
    }
    Cycleqd speechless = run();
    assertThat(speechless.code()).isEqualTo(1);
    assertThat(speechless.err())
        .contains("tasks.0: dbbench-cycleqd is a dialogue")
        .contains("has no chat template");

    Files.writeString(
        folder.resolve("base/chat_template.jinja"),
        "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant: ");
    Cycleqd run = run();
    assertThat(run.code()).as(run.err()).isZero();
    Path directory = folder.resolve("runs/published");
    RunHistory history = RunHistory.read(RunHistory.journal(directory));
    assertThat(history.candidates()).hasSize(4);
    assertThat(history.candidates()).allMatch(candidate -> candidate.scores().isPresent());
    assertThat(history.header().digests()).containsKey("chat template");
    assertThat(history.header().digests().get("asking data")).startsWith("Talk[");
    JsonNode methods =
        new ObjectMapper().readTree(directory.resolve("summary.json").toFile()).get("methods");
    for (JsonNode method : methods) {
      assertThat(method.get("scores").get("data").get("n").asInt()).isEqualTo(2);
      assertThat(method.get("scores").get("shell").get("n").asInt()).isEqualTo(2);
    }
  }

  @Test
  void testItemsAndShortContextsAreRefused() throws Exception {
    Cycleqd guarded = run("--set", "tasks.0.allow_test_items=false");
    assertThat(guarded.code()).isEqualTo(1);
    assertThat(guarded.err())
        .contains("tasks.0: 3 of 3 optimisation items")
        .contains("allow_test_items: true permits it");
    Cycleqd many = run("--set", "tasks.1.optimisation=9000");
    assertThat(many.code()).isEqualTo(1);
    assertThat(many.err()).contains("tasks.1: gsm8k");

    copy("base", 512);
    for (String name : List.of("code", "db", "os")) {
      copy(name, 512);
    }
    Cycleqd tight = run();
    assertThat(tight.code()).isEqualTo(1);
    assertThat(tight.err())
        .containsPattern(
            "tasks.1: the prompt of item gsm8k/\\S+ has \\d+ tokens, and the context of the base, 512, leaves no room for an answer");
    for (String name : List.of("base", "code", "db", "os")) {
      copy(name, 3000);
    }
    Cycleqd long1 = run("--set", "runtime.max_new_tokens=2900");
    assertThat(long1.code()).isEqualTo(1);
    assertThat(long1.err())
        .containsPattern(
            "runtime.max_new_tokens: is 2900, allowed: at most \\d+, since the longest prompt \\(tasks.1, item gsm8k");
  }
}
