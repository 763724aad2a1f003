package org.cycleqd.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.cycleqd.dialogue.Dialogue;
import org.cycleqd.dialogue.DialogueLimits;
import org.cycleqd.dialogue.Transcript;
import org.cycleqd.lm.Sampling;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;
import org.cycleqd.task.TaskCatalogue;
import org.cycleqd.task.Verdict;
import org.cycleqd.task.choice.ChoiceTasks;
import org.cycleqd.task.data.DataFile;
import org.cycleqd.task.maths.Gsm8k;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskEvaluationTest {

  /** Answers with the reference, but for items whose number it leaves out. */
  private static final class Clever implements Respondent {
    private final List<String> asked = new ArrayList<>();

    @Override
    public Optional<String> identity() {
      return Optional.of("clever");
    }

    @Override
    public <V> List<Transcript<V>> talk(
        List<? extends Dialogue<V>> dialogues,
        DialogueLimits limits,
        Sampling sampling,
        IntConsumer progress) {
      throw new AssertionError("no task here is a dialogue");
    }

    @Override
    public List<Response> answer(
        Asking asking, List<Item> items, OptionalInt limit, Function<Item, Sampling> sampling) {
      items.forEach(item -> asked.add(item.id()));
      return items.stream()
          .map(item ->
              item.id().contains("/7@")
                  ? new Response("I give up", List.of(), 3)
                  : new Response(item.reference(), List.of(), 9))
          .toList();
    }
  }

  @Test
  void everyItemIsLoggedJudgedAnewAndNotAskedTwice(@TempDir Path folder) throws Exception {
    Task task = Gsm8k.task();
    List<Item> items = task.published().subList(0, 150);
    Clever model = new Clever();
    List<Integer> progress = new ArrayList<>();
    List<Sample> samples =
        new TaskEvaluation(model, AnswerCache.open(folder, "clever"), OptionalInt.empty())
            .run(task, items, progress::add);
    assertThat(progress).containsExactly(128, 150);
    assertThat(samples).hasSize(150);
    assertThat(samples.stream().filter(s -> !s.verdict().correct()).map(Sample::index))
        .containsExactly(7);
    assertThat(samples.get(7).verdict().reason()).startsWith("no number, expected ");

    Path log = SampleLog.file(folder, task.name());
    SampleLog.write(log, samples);
    List<SampleLog.Stored> stored = SampleLog.read(log);
    assertThat(stored).hasSize(150);
    assertThat(stored.get(7)).matches(each -> each.score() == 0 && each.task().equals("gsm8k"));
    List<String> answers = stored.stream().map(SampleLog.Stored::answer).toList();
    assertThat(task.judge(items, answers))
        .isEqualTo(samples.stream().map(Sample::verdict).toList());
    JsonNode row = new ObjectMapper().readTree(Files.readAllLines(log).get(7));
    assertThat(row.path("exact_match").asDouble()).isZero();
    assertThat(row.path("resps").path(0).path(0).asText()).isEqualTo("I give up");
    assertThat(row.path("arguments").path("gen_args_0").path("arg_0").asText())
        .isEqualTo(items.get(7).prompt());
    assertThat(row.path("prompt_hash").asText()).hasSize(64);

    // A line that was cut short, as by a kill, costs one answer at most.
    Files.writeString(folder.resolve("clever.jsonl"), "{\"key\": \"x", StandardOpenOption.APPEND);
    AnswerCache again = AnswerCache.open(folder, "clever");
    Clever other = new Clever();
    List<Item> more = task.published().subList(0, 151);
    new TaskEvaluation(other, again, OptionalInt.empty()).run(task, more, _ -> {});
    assertThat(other.asked).containsExactly(more.getLast().id());
    assertThat(again.reused()).isEqualTo(150);
    new TaskEvaluation(other, AnswerCache.open(folder, "clever"), OptionalInt.of(5))
        .run(task, more.subList(0, 2), _ -> {});
    assertThat(other.asked).as("another limit").hasSize(3);
    new TaskEvaluation(other, AnswerCache.open(folder, "clever"), OptionalInt.empty())
        .run(task, more, _ -> {});
    assertThat(other.asked).as("after the line that was cut short").hasSize(3);
  }

  @Test
  void readsLogsOfTheHarness(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("samples_arc-easy.jsonl"),
            """
            {"doc_id": 3, "doc": {"id": 17}, "target": 1, "arguments": {"gen_args_0": {"arg_0": "Question: q\\nAnswer:", "arg_1": " a"}}, "resps": [[[-3.0, false]], [[-1.5, true]]], "filtered_resps": [[-3.0, false], [-1.5, true]], "metrics": ["acc"], "acc": 1.0}
            """);
    assertThat(SampleLog.read(file))
        .containsExactly(
            new SampleLog.Stored(
                "arc-easy", 3, Optional.empty(), "Question: q\nAnswer:", "B", 1.0, List.of()));
    Path broken = Files.writeString(folder.resolve("samples_x.jsonl"), "\n{\"doc_id\": 1}\n");
    assertThatThrownBy(() -> SampleLog.read(broken))
        .hasMessageContaining("samples_x.jsonl: line 1: filtered_resps: found nothing");
  }

  /** As its files are: numbers as texts, a line for each filter, and the time in the name. */
  @Test
  void readsTheHarnessesOwnFiles(@TempDir Path folder) throws IOException {
    Path choices =
        Files.writeString(
            folder.resolve("samples_arc_easy_2025-03-01T12-30-05.123456.jsonl"),
            """
            {"doc_id": 0, "doc": {"id": "Mercury_1", "question": "Which of these is a star, as seen from here?", "choices": {"text": ["Sun", "Moon"], "label": ["A", "B"]}, "answerKey": "A"}, "target": "0", "arguments": {"gen_args_0": {"arg_0": "Question: Which\\nAnswer:", "arg_1": " Sun"}, "gen_args_1": {"arg_0": "Question: Which\\nAnswer:", "arg_1": " Moon"}}, "resps": [[["-1.25", "False"]], [["-inf", "False"]]], "filtered_resps": [["-1.25", "False"], ["-inf", "False"]], "filter": "none", "metrics": ["acc", "acc_norm"], "doc_hash": "0a", "prompt_hash": "0b", "target_hash": "0c", "acc": 1.0, "acc_norm": 1.0}
            """);
    assertThat(SampleLog.read(choices))
        .containsExactly(
            new SampleLog.Stored(
                "arc_easy",
                0,
                Optional.of("Mercury_1"),
                "Question: Which\nAnswer:",
                "A",
                1.0,
                List.of("Which of these is a star, as seen from here?")));
    String row =
        "{\"doc_id\": 4, \"doc\": {\"question\": \"q\", \"answer\": \"a #### 18\"}, \"target\": \"a #### 18\", "
            + "\"arguments\": [[\"Question: q\\nAnswer:\", {\"until\": [\"Question:\"]}]], "
            + "\"resps\": [[\" It is 18. #### 18\"]], \"filtered_resps\": [\"%s\"], \"filter\": \"%s\", "
            + "\"metrics\": [\"exact_match\"], \"exact_match\": %s}\n";
    Path written =
        Files.writeString(
            folder.resolve("samples_gsm8k.jsonl"),
            row.formatted("[invalid]", "strict-match", "0.0")
                + row.formatted("18", "flexible-extract", "1.0"));
    assertThat(SampleLog.read(written))
        .containsExactly(
            new SampleLog.Stored(
                "gsm8k",
                4,
                Optional.empty(),
                "Question: q\nAnswer:",
                " It is 18. #### 18",
                0.0,
                List.of()));
    Path odd =
        Files.writeString(
            folder.resolve("samples_odd.jsonl"), "{\"filtered_resps\": [[\"high\", \"False\"]]}\n");
    assertThatThrownBy(() -> SampleLog.read(odd))
        .hasMessageContaining("samples_odd.jsonl: line 1: filtered_resps.0: found \"high\"");
  }

  /** The hash of a document is that of Python's text of it. */
  @Test
  void documentsAreHashedAsInTheHarness(@TempDir Path folder) throws Exception {
    Task task = Gsm8k.task();
    List<Item> items = task.published().subList(0, 3);
    Clever model = new Clever();
    List<Sample> samples =
        new TaskEvaluation(model, AnswerCache.inMemory(), OptionalInt.empty())
            .run(task, items, _ -> {});
    Path log = SampleLog.file(folder, task.name());
    SampleLog.write(log, samples);
    String code =
        """
        import hashlib, json, sys
        for line in open(sys.argv[1]):
            row = json.loads(line)
            text = json.dumps(row['doc'], indent=2, ensure_ascii=False)
            assert row['doc_hash'] == hashlib.sha256(text.encode()).hexdigest(), text
            prompt = row['arguments']['gen_args_0']['arg_0']
            assert row['prompt_hash'] == hashlib.sha256(prompt.encode()).hexdigest()
            assert row['target_hash'] == hashlib.sha256(row['target'].encode()).hexdigest()
            assert set(row['metrics']) <= set(row) and row['filter'] == 'none'
        """;
    Process python =
        new ProcessBuilder("python3", "-c", code, log.toString()).redirectErrorStream(true).start();
    String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(python.waitFor()).as(said).isZero();
    assertThat(
            HarnessJson.text(
                new ObjectMapper().readTree("{\"a\": [], \"b\": {\"é\": [1, \"\\u00fc\"]}}")))
        .isEqualTo(
            "{\n  \"a\": [],\n  \"b\": {\n    \"é\": [\n      1,\n      \"ü\"\n    ]\n  }\n}");
  }

  @Test
  void choicesAreComparedByEachMeasure() {
    Item item = new Item("i", "Question: q\nAnswer:", "A", 1, List.of("ab", "abcd"));
    List<Choices.Found> found = List.of(new Choices.Found(-4, 1), new Choices.Found(-6, 2));
    assertThat(answer(Asking.Measure.RAW, item, found)).isEqualTo("A");
    assertThat(answer(Asking.Measure.BYTES, item, found)).isEqualTo("B");
    List<Choices.Found> withAlone =
        List.of(
            new Choices.Found(-4, 1),
            new Choices.Found(-4, 1),
            new Choices.Found(-6, 2),
            new Choices.Found(-9, 2));
    assertThat(answer(Asking.Measure.MUTUAL_INFORMATION, item, withAlone)).isEqualTo("B");
    Choices pmi = Choices.of(Asking.Measure.MUTUAL_INFORMATION, List.of(item));
    assertThat(pmi.parts())
        .containsExactly(
            new Choices.Part("Question: q\nAnswer:", " ab"),
            new Choices.Part("Answer:", " ab"),
            new Choices.Part("Question: q\nAnswer:", " abcd"),
            new Choices.Part("Answer:", " abcd"));
  }

  private static String answer(Asking.Measure by, Item item, List<Choices.Found> found) {
    return Choices.of(by, List.of(item)).responses(found).getFirst().answer();
  }

  @Test
  void allReferencesOfArcAreRightInEveryWay() {
    for (ChoiceTasks.Arc arc : ChoiceTasks.Arc.values()) {
      for (ChoiceTasks.Way way : ChoiceTasks.Way.values()) {
        Task task = arc.task(way);
        List<Item> items = task.published();
        assertThat(task.judge(items, items.stream().map(Item::reference).toList()))
            .allMatch(Verdict::correct);
        assertThat(
                task.judge(
                    items,
                    items.stream().map(i -> i.reference().equals("A") ? "B" : " (A) it").toList()))
            .noneMatch(Verdict::correct);
      }
    }
    assertThat(ChoiceTasks.Arc.EASY.task(ChoiceTasks.Way.RAW).size(Split.TEST)).hasValue(2376);
  }

  @Test
  void aFileOfOnesOwnIsCheckedStrictly(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("mine.jsonl"),
            """
            {"question": "1+1?", "choices": ["1", "2"], "gold": 1}
            {"question": "2+2?", "choices": ["4"], "gold": 0}
            """);
    assertThatThrownBy(() -> ChoiceTasks.of("choice", DataFile.at(file, ""), ChoiceTasks.Way.RAW))
        .hasMessageContaining("mine.jsonl: row 2: choices, gold: found 1 and 0, expected 2 to 26");
    assertThatThrownBy(() -> DataFile.at(file, "00"))
        .hasMessageContaining("SHA-256 is")
        .hasMessageContaining("expected 00");
    TaskCatalogue catalogue = PublishedTasks.catalogue();
    assertThat(catalogue.types()).contains("pico-code", "mbpp-plus-v0.1.0-base", "arc-easy-pmi");
    assertThat(catalogue.needsData("choice")).isTrue();
    assertThatThrownBy(() -> catalogue.task("choice", Optional.empty()))
        .hasMessageContaining("task choice needs data");
  }

  @Test
  void shippedFilesAreWhatTheirSourceSays() throws IOException {
    String source = DataFile.shipped("SOURCE.md").text();
    int checked = 0;
    for (String line : source.lines().toList()) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 4 && cells[2].strip().length() == 66) {
        String name = cells[1].replace("`", "").strip();
        String digest = cells[2].replace("`", "").strip();
        boolean packedHere = !name.endsWith(".gz");
        String found = packedHere ? DataFile.shipped(name + ".gz").digest() : packedDigest(name);
        assertThat(found).as(name).isEqualTo(digest);
        checked++;
      }
    }
    assertThat(checked).isEqualTo(16);
  }

  private static String packedDigest(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(DataFile.class.getResourceAsStream(name))) {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(in.readAllBytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
