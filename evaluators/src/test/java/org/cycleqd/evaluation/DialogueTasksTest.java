package org.cycleqd.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.cycleqd.lm.Sampling;
import org.cycleqd.remote.OpenAiClient;
import org.cycleqd.sandbox.Machines;
import org.cycleqd.sandbox.SandboxUnavailableException;
import org.cycleqd.task.Item;
import org.cycleqd.task.Recording;
import org.cycleqd.task.Task;
import org.cycleqd.task.Verdict;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scripted model behind a real HTTP server takes each dialogue task from start to end. */
class DialogueTasksTest {

  private static final String ANSWER = "I have it.\nAction: Answer\nFinal Answer: ";

  @TempDir private Path folder;

  private static String operation(String sql) {
    return "I look.\nAction: Operation\n```sql\n" + sql + "\n```";
  }

  private static String act(String action) {
    return "Think: so it is.\n\nAct: " + action;
  }

  private static String bash(String commands) {
    return act("bash\n\n```bash\n" + commands + "\n```");
  }

  private static Task task(String name) {
    return PublishedTasks.catalogue().task(name, Optional.empty());
  }

  private record Line(boolean right, Recording.End end, String reason, List<String> replies) {}

  private static Line line(boolean right, Recording.End end, String reason, String... replies) {
    return new Line(right, end, reason, List.of(replies));
  }

  /** With the answers of those before it. */
  private TaskEvaluation evaluation(OpenAiClient client, Task task) throws IOException {
    return new TaskEvaluation(
        new RemoteRespondent(client),
        AnswerCache.open(folder.resolve("kept"), task.name()),
        OptionalInt.empty());
  }

  /** Lets the script answer some items, and judges the log anew. */
  private List<Sample> perform(Task task, SequencedMap<Integer, Line> script) throws Exception {
    List<Item> items = script.keySet().stream().map(task.published()::get).toList();
    List<Line> lines = List.copyOf(script.values());
    List<Sample> samples;
    try (ChatScript server = new ChatScript();
        OpenAiClient client = server.client()) {
      for (int i = 0; i < items.size(); i++) {
        server.say(items.get(i).prompt(), lines.get(i).replies());
      }
      samples = evaluation(client, task).run(task, items, _ -> {});
      int asked = server.asked().size();
      List<Sample> kept = evaluation(client, task).run(task, items, _ -> {});
      assertThat(server.asked()).as("what is kept is not asked again").hasSize(asked);
      assertThat(kept)
          .extracting(Sample::verdict)
          .isEqualTo(samples.stream().map(Sample::verdict).toList());
      assertThat(server.asked())
          .allSatisfy(request -> assertThat(request.path("max_tokens").asInt()).isEqualTo(512));
    }
    for (int i = 0; i < items.size(); i++) {
      Line line = lines.get(i);
      Sample sample = samples.get(i);
      Recording recording = Recording.parse(sample.response().answer());
      assertThat(sample.verdict().correct()).as("%s", sample).isEqualTo(line.right());
      assertThat(sample.verdict().reason()).as("%s", sample).contains(line.reason());
      assertThat(recording.end()).as("%s", sample).isEqualTo(line.end());
      assertThat(sample.seconds()).isPositive();
    }
    Path log = SampleLog.file(folder, task.name());
    SampleLog.write(log, samples);
    List<SampleLog.Stored> stored = SampleLog.read(log);
    assertThat(stored)
        .extracting(SampleLog.Stored::score)
        .containsExactlyElementsOf(
            samples.stream().map(sample -> sample.verdict().score()).toList());
    List<Verdict> again = task.judge(items, stored.stream().map(SampleLog.Stored::answer).toList());
    assertThat(again).isEqualTo(samples.stream().map(Sample::verdict).toList());
    return samples;
  }

  @Test
  void databaseRecords() throws Exception {
    Task task = task("dbbench");
    String table = "`Jiu-Jitsu Championships Results`";
    String select = operation("SELECT Notes FROM " + table + "\nWHERE Method = 'Decision';");
    String insert = operation(task.published().get(150).reference());
    SequencedMap<Integer, Line> script = new LinkedHashMap<>();
    script.put(
        0,
        line(
            true, Recording.End.VERDICT, "is [Women", select, ANSWER + "[\"Women +60kg Bronze\"]"));
    script.put(1, line(false, Recording.End.VERDICT, "expected", ANSWER + "['no such thing']"));
    script.put(
        2, line(false, Recording.End.VERDICT, "without a block", "Action: Operation\nSELECT 1"));
    script.put(
        3, line(false, Recording.End.VERDICT, "neither", "I am sorry, I cannot help with that."));
    script.put(4, line(false, Recording.End.VERDICT, "cut at its limit", ChatScript.TOO_LONG));
    script.put(5, line(false, Recording.End.VERDICT, "more than 5", operation("SELECT 1")));
    script.put(
        6,
        line(false, Recording.End.CONTEXT, "maximum context", operation("x"), ChatScript.NO_ROOM));
    script.put(13, line(false, Recording.End.FAILURE, "record 13: its table", select));
    script.put(150, line(true, Recording.End.VERDICT, "as ordered", insert, ANSWER + "[]"));
    script.put(151, line(false, Recording.End.VERDICT, "not as ordered", operation("x"), ANSWER));
    // The table is judged however the dialogue ended.
    script.put(
        152,
        line(
            true,
            Recording.End.VERDICT,
            "in a line; the table is as ordered",
            operation(task.published().get(152).reference()),
            "Done."));
    script.put(
        153,
        line(
            true,
            Recording.End.CONTEXT,
            "; the table is as ordered",
            operation(task.published().get(153).reference()),
            ChatScript.NO_ROOM));
    List<Sample> samples = perform(task, script);

    Recording first = Recording.parse(samples.getFirst().response().answer());
    assertThat(first.messages()).hasSize(6);
    assertThat(first.opening()).isEqualTo(3);
    assertThat(first.messages().get(4).content()).isEqualTo("[('Women +60kg Bronze',)]");
    assertThat(samples.getFirst().response().tokens()).isEqualTo(14);
    Recording endless = Recording.parse(samples.get(5).response().answer());
    assertThat(endless.replies()).hasSize(6);
    JsonNode row = rows("dbbench").getFirst();
    assertThat(row.path("resps")).hasSize(2);
    assertThat(row.path("transcript").path(4).path("role").asText()).isEqualTo("user");
    assertThat(row.path("metrics").path(0).asText()).isEqualTo("success");
    assertThat(row.path("success").asDouble()).isEqualTo(1);
    assertThat(row.path("end").asText()).isEqualTo("verdict");
  }

  private List<JsonNode> rows(String task) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(SampleLog.file(folder, task))) {
      rows.add(new ObjectMapper().readTree(line));
    }
    return rows;
  }

  @Test
  void machineRecords() throws Exception {
    try {
      Machines.locate();
    } catch (SandboxUnavailableException missing) {
      Assumptions.abort(String.valueOf(missing.getMessage()));
    }
    Task task = task("os-interaction");
    SequencedMap<Integer, Line> script = new LinkedHashMap<>();
    // A file is looked for, and the answer is no.
    String look = bash("find /working -name workspace -type f | wc -l");
    script.put(22, line(true, Recording.End.VERDICT, "is  no ", look, act("answer( no )")));
    script.put(
        47, line(false, Recording.End.VERDICT, "expected 'a3b0c7'", look, act("answer(yes)")));
    script.put(48, line(false, Recording.End.VERDICT, "no action", "I would rather not."));
    script.put(
        148,
        line(false, Recording.End.VERDICT, "can be read in 'Act: answer yes'", act("answer yes")));
    script.put(35, line(false, Recording.End.VERDICT, "cut at its limit", ChatScript.TOO_LONG));
    script.put(38, line(false, Recording.End.REPLIES, "after 5 replies", bash("echo again")));
    // What the machine is like decides, whatever is said.
    script.put(
        54,
        line(
            true,
            Recording.End.VERDICT,
            "passes",
            bash("chmod g+s /data; chmod +t /data"),
            act("finish")));
    script.put(51, line(false, Recording.End.VERDICT, "check 1", act("finish")));
    script.put(
        50, line(false, Recording.End.VERDICT, "took too long", bash("sleep 60"), act("finish")));
    script.put(
        21, line(false, Recording.End.CONTEXT, "maximum context", bash("ls"), ChatScript.NO_ROOM));
    List<Sample> samples = perform(task, script);

    Recording first = Recording.parse(samples.getFirst().response().answer());
    assertThat(first.opening()).isEqualTo(7);
    assertThat(first.messages().get(6).content()).startsWith("Now, I will start a new problem");
    assertThat(first.messages().get(8).content()).isEqualTo("The output of the OS:\n\n0");
    assertThat(Recording.parse(samples.get(5).response().answer()).replies()).hasSize(5);
  }

  @Test
  void repeatsAreDrawnByAddressAndAveraged() throws Exception {
    Task task = task("dbbench-revised");
    List<Item> items = task.published().subList(0, 3);
    Trials trials = new Trials(4, new Sampling(0.5, 0.9, 3));
    List<List<Long>> seeds = new ArrayList<>();
    for (List<Item> asked : List.of(items, items.subList(0, 1))) {
      try (ChatScript server = new ChatScript();
          OpenAiClient client = server.client()) {
        for (Item item : asked) {
          server.say(item.prompt(), List.of(ANSWER + item.reference()));
        }
        List<Sample> samples =
            new TaskEvaluation(
                    new RemoteRespondent(client),
                    AnswerCache.inMemory(),
                    OptionalInt.of(33),
                    trials)
                .run(task, asked, _ -> {});
        assertThat(samples).hasSize(4 * asked.size());
        assertThat(samples).extracting(Sample::repeat).startsWith(0, 1, 2, 3);
        assertThat(samples.subList(0, 4)).extracting(Sample::index).containsOnly(0);
        assertThat(server.asked())
            .allSatisfy(request -> assertThat(request.path("max_tokens").asInt()).isEqualTo(33));
        seeds.add(server.asked().stream().map(request -> request.path("seed").asLong()).toList());
        SampleLog.write(SampleLog.file(folder, task.name()), samples);
      }
    }
    assertThat(seeds.getFirst()).hasSize(12).doesNotHaveDuplicates();
    assertThat(seeds.getFirst()).as("whatever else is asked").containsAll(seeds.getLast());
    assertThat(rows(task.name()))
        .extracting(row -> row.path("repeat").asInt())
        .containsExactly(0, 1, 2, 3);
  }

  @Test
  void aBrokenLogIsNamed() throws IOException {
    Path log = SampleLog.file(folder, "dbbench");
    Map<String, String> broken =
        Map.of(
            "{\"transcript\": [{\"role\": \"user\"}]}", "line 1: transcript: found {\"role\"",
            "{\"transcript\": []}", "line 1: opening: found nothing, expected a number",
            "{\"transcript\": [], \"opening\": 2, \"end\": \"verdict\"}", "opening: found 2",
            "{\"transcript\": [], \"opening\": 0, \"end\": \"x\"}",
                "end: found \"x\", expected one of verdict");
    for (Map.Entry<String, String> each : broken.entrySet()) {
      Files.writeString(log, each.getKey());
      assertThatThrownBy(() -> SampleLog.read(log))
          .hasMessageContaining("samples_dbbench.jsonl: ")
          .hasMessageContaining(each.getValue());
    }
  }
}
