package org.cycleqd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.cycleqd.evaluation.PublishedTasks;
import org.cycleqd.task.Item;
import org.cycleqd.task.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code eval}, {@code rescore} and {@code tasks} on a trained model. */
class EvalCommandsTest {
  private static final String MODEL =
      Path.of(System.getProperty("cycleqd.root"), "experiments/models/pico/db").toString();

  @TempDir private Path folder;

  private record Done(int code, String out, String err) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(out);
    }
  }

  private static Done execute(String... args) {
    TerminalFixture fixture = new TerminalFixture();
    int code = new Main(LocalCommands::new, fixture.terminal(false, 80)).execute(args);
    return new Done(code, fixture.out(), fixture.err());
  }

  private Done eval(String tasks, String... more) {
    List<String> args = new ArrayList<>(List.of("eval", "--model", MODEL, "--tasks", tasks));
    args.addAll(List.of("--cache", folder.resolve("cache").toString()));
    args.addAll(List.of("--log", folder.resolve("logs").toString()));
    args.addAll(List.of(more));
    return execute(args.toArray(String[]::new));
  }

  @Test
  void answersAreLoggedKeptAndJudgedAnew() throws IOException {
    Done first = eval("pico-db", "--limit", "12", "--json");
    assertThat(first.code()).as(first.err()).isZero();
    JsonNode score = first.json().path("scores").path("pico-db");
    assertThat(score.path("n").asInt()).isEqualTo(12);
    assertThat(score.path("mean").asDouble()).as("an expert's score").isGreaterThan(0.7);
    Path log = folder.resolve("logs/samples_pico-db.jsonl");
    assertThat(log).content().hasLineCount(12).contains("\"prompt_hash\"", "\"reason\"");

    Done again = eval("pico-db", "--limit", "12");
    assertThat(again.out()).contains("12 answers were known already");
    Done judged = execute("rescore", log.toString(), "--json");
    assertThat(judged.code()).as(judged.err()).isZero();
    assertThat(judged.json().path("mean").asDouble()).isEqualTo(score.path("mean").asDouble());
    assertThat(judged.json().path("changed")).isEmpty();

    String text = Files.readString(log);
    Files.writeString(log, text.replaceAll("\"exact_match\":1.0", "\"exact_match\":0.0"));
    Done changed = execute("rescore", log.toString());
    assertThat(changed.out()).contains("before 0.0000").contains("marks changed");
    String unknown = text.replaceFirst("\"id\":\"", "\"id\":\"x");
    Files.writeString(log, unknown.replaceFirst("\"arg_0\":\"", "\"arg_0\":\"x"));
    Done other = execute("rescore", log.toString());
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err()).contains("doc_id 0: task pico-db has no item x");
  }

  @Test
  void choicesAndTextsAreAskedByProbability() throws IOException {
    Path choices =
        Files.writeString(
            folder.resolve("choices.jsonl"),
            """
            {"question": "a", "choices": ["zz zz", "SELECT city FROM t"], "gold": 1}
            {"question": "b", "choices": ["SELECT", "SELECT"], "gold": 0}
            {"question": "c", "choices": ["x", "y", "z"], "gold": 2}
            {"question": "d", "choices": ["x", "y", "z"], "gold": 0}
            """);
    Path text = Files.writeString(folder.resolve("text.txt"), "sql: list\n\nsql: count\n");
    Done done =
        eval(
            "choice=%s,choice-norm=%s,choice-pmi=%s,text=%s"
                .formatted(choices, choices, choices, text),
            "--split",
            "published",
            "--json");
    assertThat(done.code()).as(done.err()).isZero();
    JsonNode scores = done.json().path("scores");
    assertThat(scores.path("choice").path("n").asInt()).isEqualTo(4);
    JsonNode measure = scores.path("text");
    double bits = measure.path("bits_per_byte").asDouble();
    assertThat(bits).isPositive();
    assertThat(measure.path("perplexity").asDouble()).isGreaterThan(1);
    assertThat(measure.path("mean").asDouble()).isBetween(0.0, 1.0);
    try (Stream<String> lines = Files.lines(folder.resolve("logs/samples_choice.jsonl"))) {
      JsonNode second = new ObjectMapper().readTree(lines.toList().get(1));
      assertThat(second.path("resps").path(0).path(0).path(0).asDouble())
          .as("the same text twice")
          .isCloseTo(second.path("resps").path(1).path(0).path(0).asDouble(), within(1e-4));
      assertThat(second.path("acc").isNumber()).isTrue();
    }
    Done judged =
        execute(
            "rescore",
            folder.resolve("logs/samples_choice.jsonl").toString(),
            "--task",
            "choice=" + choices,
            "--json");
    assertThat(judged.json().path("changed")).isEmpty();
  }

  /** The harness asks with another prompt; the item is known by its question. */
  @Test
  void aLogOfTheHarnessIsJudgedAnew() throws Exception {
    Task task = PublishedTasks.catalogue().task("gsm8k", Optional.empty());
    ObjectMapper mapper = new ObjectMapper();
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      Item item = task.published().get(i);
      String asked = item.prompt().substring(item.prompt().lastIndexOf("Question: ") + 10);
      String question = asked.substring(0, asked.lastIndexOf("\nAnswer:")).strip();
      for (String filter : List.of("strict-match", "flexible-extract")) {
        ObjectNode row = mapper.createObjectNode().put("doc_id", i).put("target", item.reference());
        row.putObject("doc").put("question", question).put("answer", item.reference());
        row.putObject("arguments").putObject("gen_args_0").put("arg_0", "Q: " + question + "\nA:");
        String said = i == 2 ? "I do not know." : item.reference();
        row.putArray("resps").addArray().add(said);
        row.putArray("filtered_resps").add("[invalid]");
        row.put("filter", filter).putArray("metrics").add("exact_match");
        lines.append(row.put("exact_match", 0.0)).append('\n');
      }
    }
    Path log =
        Files.writeString(folder.resolve("samples_gsm8k_2025-03-01T12-30-05.123456.jsonl"), lines);
    Done done = execute("rescore", log.toString(), "--json");
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.json().path("items").asInt()).isEqualTo(3);
    assertThat(done.json().path("mean").asDouble()).isEqualTo(2 / 3.0);
    assertThat(done.json().path("changed")).hasSize(2);
  }

  @Test
  void aPromptThatIsTooLongIsNamed() {
    Done done = eval("gsm8k", "--limit", "1");
    assertThat(done.code()).isEqualTo(1);
    assertThat(done.err()).containsPattern("gsm8k: item gsm8k/test/\\d+@\\w+: the prompt has \\d+");
  }

  /** The small model with room for dialogues, which it was not trained for. */
  private Path talker() throws IOException {
    Path copy = Files.createDirectories(folder.resolve("talker"));
    for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(Path.of(MODEL, name), copy.resolve(name));
    }
    Files.copy(Path.of(MODEL, "model.safetensors"), copy.resolve("model.safetensors"));
    Path config = copy.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst("max_position_embeddings\" : \\d+", "max_position_embeddings\" : 4096"));
    Files.writeString(
        Files.createDirectories(folder.resolve("template")).resolve("chat_template.jinja"),
        "{{ bos_token }}{% for m in messages %}{{ m['role'] }}: {{ m['content'] }} {% endfor %}");
    Files.copy(
        copy.resolve("tokenizer_config.json"),
        folder.resolve("template").resolve("tokenizer_config.json"));
    return copy;
  }

  @Test
  void aModelHereCarriesOnDialogues() throws IOException {
    String logs = folder.resolve("logs").toString();
    List<String> args = new ArrayList<>(List.of("eval", "--model", talker().toString()));
    args.addAll(List.of("--tasks", "dbbench-revised,os-interaction-revised", "--limit", "2"));
    args.addAll(List.of("--repeats", "2", "--temperature", "0.9", "--max-new-tokens", "12"));
    args.addAll(List.of("--log", logs, "--json"));
    Done without = execute(args.toArray(String[]::new));
    assertThat(without.code()).isEqualTo(1);
    assertThat(without.err())
        .contains("talker: found no chat template, which task dbbench-revised");
    args.addAll(List.of("--chat-template", folder.resolve("template").toString()));
    Done done = execute(args.toArray(String[]::new));
    assertThat(done.code()).as(done.err()).isZero();
    for (String task : List.of("dbbench-revised", "os-interaction-revised")) {
      JsonNode score = done.json().path("scores").path(task);
      assertThat(score.path("n").asInt()).isEqualTo(2);
      assertThat(score.path("repeats").asInt()).isEqualTo(2);
      assertThat(score.path("mean").asDouble()).isZero();
      assertThat(score.path("ends").path("verdict").asInt()).isEqualTo(4);
      Path log = folder.resolve("logs/samples_%s.jsonl".formatted(task));
      JsonNode row = new ObjectMapper().readTree(Files.readAllLines(log).getFirst());
      assertThat(row.path("transcript").size()).isEqualTo(row.path("opening").asInt() + 1);
      assertThat(row.path("tokens").asInt()).isBetween(1, 12);
      assertThat(row.path("seconds").asDouble()).isPositive();
      assertThat(row.path("reason").asText()).isNotEmpty();
      Done judged = execute("rescore", log.toString(), "--json");
      assertThat(judged.code()).as(judged.err()).isZero();
      assertThat(judged.json().path("items").asInt()).isEqualTo(4);
      assertThat(judged.json().path("changed")).isEmpty();
    }
    Done narrow =
        execute(
            "eval",
            "--model",
            MODEL,
            "--tasks",
            "dbbench",
            "--limit",
            "1",
            "--chat-template",
            folder.resolve("template").toString());
    assertThat(narrow.code()).as(narrow.err()).isZero();
    assertThat(narrow.out())
        .contains("ended by 1 context; 0.0 replies")
        .contains("expected less than the context's 128");
  }

  @Test
  void repeatsOfAnswersAreDrawn() throws IOException {
    Done greedy = eval("pico-db", "--limit", "3", "--repeats", "2");
    assertThat(greedy.code()).isEqualTo(1);
    assertThat(greedy.err()).contains("pico-db: the most probable answer is the same in all 2");
    Done drawn = eval("pico-db", "--limit", "20", "--repeats", "3", "--temperature", "2", "--json");
    assertThat(drawn.code()).as(drawn.err()).isZero();
    JsonNode score = drawn.json().path("scores").path("pico-db");
    assertThat(score.path("n").asInt()).isEqualTo(20);
    assertThat(score.path("repeats").asInt()).isEqualTo(3);
    Path log = folder.resolve("logs/samples_pico-db.jsonl");
    List<String> first = new ArrayList<>();
    double sum = 0;
    for (String line : Files.readAllLines(log)) {
      JsonNode row = new ObjectMapper().readTree(line);
      sum += row.path("exact_match").asDouble();
      if (row.path("doc_id").asInt() == 0) {
        first.add(row.path("resps").path(0).path(0).asText());
      }
    }
    assertThat(first).hasSize(3);
    assertThat(score.path("mean").asDouble()).isCloseTo(sum / 60, within(1e-6));
    Done fewer = eval("pico-db", "--limit", "1", "--repeats", "3", "--temperature", "2");
    assertThat(fewer.code()).as(fewer.err()).isZero();
    assertThat(Files.readAllLines(log))
        .extracting(
            line -> new ObjectMapper().readTree(line).path("resps").path(0).path(0).asText())
        .as("whatever else is asked")
        .isEqualTo(first);
  }

  @Test
  void tasksAreListedAndTheirJudgesChecked() throws IOException {
    Done list = execute("tasks");
    assertThat(list.code()).as(list.err()).isZero();
    assertThat(list.out())
        .containsPattern("mbpp +374 +90 +500 +500 +CC-BY-4.0")
        .containsPattern("arc-easy +1126 +1125 +2376 +2376 +CC-BY-SA-4.0")
        .containsPattern("dbbench-cycleqd +0 +171 +170 +341 +Apache-2.0")
        .containsPattern("os-interaction-revised +0 +1000 +144 +144 +Apache-2.0")
        .contains("TASK=FILE");
    Done check = execute("tasks", "--check", "gsm8k", "--json");
    assertThat(check.code()).as(check.err()).isZero();
    assertThat(check.json().path("items").asInt()).isEqualTo(1319);
    assertThat(check.json().path("wrong")).isEmpty();
    Done dialogues = execute("tasks", "--check", "dbbench", "--json");
    assertThat(dialogues.code()).isEqualTo(1);
    assertThat(dialogues.json().path("items").asInt()).isEqualTo(360);
    assertThat(dialogues.json().path("wrong"))
        .extracting(wrong -> wrong.path("id").asText().replaceAll("@.*", ""))
        .containsExactly("dbbench/13", "dbbench/14", "dbbench/17", "dbbench/77", "dbbench/225");
    assertThat(execute("tasks", "--check", "pico-db").code()).isEqualTo(1);
    Done bench = execute("bench", "judges", "--tasks", "gsm8k,arc-easy", "--limit", "30", "--json");
    assertThat(bench.code()).as(bench.err()).isZero();
    for (JsonNode judge : bench.json()) {
      assertThat(judge.path("right").asInt()).isEqualTo(judge.path("items").asInt()).isEqualTo(30);
      assertThat(judge.path("itemsPerSecond").asDouble()).isPositive();
    }
    assertThat(execute("bench", "judges", "--tasks", "pico-db").err())
        .contains("pico-db: found no published items");
  }
}
