package org.cycleqd.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.engine.CandidateRecord;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.ItemScores;
import org.cycleqd.engine.RunHistory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that a program scores, which is given a folder or an endpoint. */
class CommandTaskTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path PICO = Cycleqd.ROOT.resolve("experiments/models/pico");

  /** Scores bytes of a tensor; of models that are no expert's it fails for some. */
  private static final String FOLDER =
      """
      import json, os, struct, sys
      def tensor(folder):
          with open(os.path.join(folder, 'model.safetensors'), 'rb') as file:
              size = struct.unpack('<Q', file.read(8))[0]
              header = json.loads(file.read(size))
              first, last = header['model.norm.weight']['data_offsets']
              file.seek(8 + size + first)
              return file.read(last - first)
      folder, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
      assert os.path.exists(os.path.join(folder, 'tokenizer.json'))
      data = tensor(folder)
      open(os.path.join(os.path.dirname(sys.argv[0]), 'folders'), 'a').write(folder + '\\n')
      if data not in [tensor(expert) for expert in sys.argv[4:]] and sum(data) % 2:
          sys.exit('an odd model')
      print(json.dumps({'items': [data[(first + i) % len(data)] / 255 for i in range(count)]}))
      """;

  /** Asks the endpoint what it was trained for, and counts right answers. */
  private static final String ENDPOINT =
      """
      import json, sys, urllib.request
      base, split, seed, first, count = sys.argv[1], *sys.argv[2:6]
      def ask(prompt):
          body = json.dumps({'prompt': prompt, 'temperature': 0, 'max_tokens': 24, 'stop': ['\\n']})
          request = urllib.request.Request(base + '/completions', body.encode(),
                                           {'Content-Type': 'application/json'})
          with urllib.request.urlopen(request) as answer:
              return json.load(answer)['choices'][0]['text'].strip()
      questions = [line.rstrip('\\n').split('\\t') for line in open('questions.tsv')]
      chosen = questions[int(first):int(first) + int(count)]
      right = [1.0 if ask(prompt) == answer else 0.0 for prompt, answer in chosen]
      print(json.dumps({'score': sum(right) / len(right), 'items': right}))
      """;

  @TempDir private Path folder;

  @BeforeEach
  void programs() throws Exception {
    Files.writeString(folder.resolve("weights.py"), FOLDER);
    Files.writeString(folder.resolve("ask.py"), ENDPOINT);
    List<String> argv = new ArrayList<>(List.of("python3"));
    argv.add(folder.resolve("weights.py").toString());
    argv.addAll(List.of("{folder}", "{first}", "{items}"));
    for (String expert : List.of("code", "db", "os")) {
      argv.add(PICO.resolve(expert).toString());
    }
    Files.writeString(
        folder.resolve("weights.json"),
        JSON.createObjectNode().put("timeout", 60).set("argv", JSON.valueToTree(argv)).toString());
    Files.writeString(
        folder.resolve("ask.json"),
        "{\"argv\": [\"python3\", \"ask.py\", \"{endpoint}\", \"{split}\", \"{seed}\", \"{first}\", \"{items}\"]}");
    // What the expert itself says, as another command tells it.
    StringBuilder questions = new StringBuilder();
    for (String prompt :
        List.of("py: sort x =>", "py: sum x =>", "py: max x =>", "py: reverse x =>")) {
      Cycleqd said =
          Cycleqd.run(
              "generate",
              "--model",
              PICO.resolve("code").toString(),
              "--prompt",
              prompt,
              "--max-new-tokens",
              "24",
              "--json");
      assertThat(said.code()).as(said.err()).isZero();
      String text =
          JSON.readTree(said.out()).findValue("text").asText().lines().findFirst().orElse("");
      questions.append(prompt).append('\t').append(text.strip()).append('\n');
    }
    Files.writeString(folder.resolve("questions.tsv"), questions);
  }

  @Test
  void evalRunsPrograms() throws Exception {
    Cycleqd eval =
        Cycleqd.run(
            "eval",
            "--model",
            PICO.resolve("code").toString(),
            "--tasks",
            "command=" + folder.resolve("ask.json") + ",command=" + folder.resolve("weights.json"),
            "--items",
            "4",
            "--log",
            folder.resolve("logs").toString(),
            "--no-cache",
            "--json");
    assertThat(eval.code()).as(eval.err()).isZero();
    JsonNode scores = JSON.readTree(eval.out()).get("scores");
    assertThat(scores.get("ask").get("mean").asDouble()).isEqualTo(1);
    assertThat(scores.get("weights").get("n").asInt()).isEqualTo(4);
    assertThat(Files.readAllLines(folder.resolve("folders")))
        .as("a model that lies on the disk is not copied")
        .containsExactly(PICO.resolve("code").toString());
    assertThat(Files.readAllLines(folder.resolve("logs/samples_ask.jsonl"))).hasSize(4);

    Files.writeString(folder.resolve("ask.py"), "import sys; sys.exit('no lens')");
    Cycleqd broken =
        Cycleqd.run(
            "eval",
            "--model",
            PICO.resolve("code").toString(),
            "--tasks",
            "command=" + folder.resolve("ask.json"),
            "--items",
            "2");
    assertThat(broken.code()).isEqualTo(1);
    assertThat(broken.err())
        .contains("ask: command 'python3 ask.py {endpoint}")
        .contains("exit status 1, expected 0; its last errors: no lens");
  }

  @Test
  void aRunIsScoredByPrograms() throws Exception {
    String[] tasks = {
      "--set", "output.export=false",
      "--set", "tasks.1.type=command",
      "--set", "tasks.1.data=" + folder.resolve("weights.json"),
      "--set", "tasks.2.type=command",
      "--set", "tasks.2.data=" + folder.resolve("ask.json"),
      "--set", "tasks.2.optimisation=3",
      "--set", "tasks.2.test=4",
      "--set", "genome.granularity=tensor",
      "--set", "archive.ranges={db: [0, 1], os: [0, 1]}"
    };
    Cycleqd run = Cycleqd.quickstart(folder.resolve("runs"), tasks);
    Path directory = folder.resolve("runs/quickstart");
    RunHistory history = RunHistory.read(RunHistory.journal(directory));
    List<String> failures = new ArrayList<>();
    int scored = 0;
    for (CandidateRecord candidate : history.candidates()) {
      if (candidate.result() instanceof Result.Failed(String reason)) {
        failures.add(reason);
      } else if (candidate.child() && scored == 0) {
        scored = candidate.number();
      }
    }
    assertThat(failures)
        .as(run.err() + history.candidates().size())
        .isNotEmpty()
        .allSatisfy(reason ->
            assertThat(reason).startsWith("command 'python3 ").endsWith("errors: an odd model"));
    assertThat(scored).isPositive();

    // The model that was written was that candidate, and is gone.
    Path composed = folder.resolve("composed");
    Cycleqd compose = Cycleqd.run("compose", directory + ":" + scored, composed.toString());
    assertThat(compose.code()).as(compose.err()).isZero();
    int number = scored;
    Evaluation evaluation =
        ((Result.Scored) history.candidates().get(number).result()).evaluation();
    assertThat(evaluation.tasks().get(1)).isEqualTo(weights(composed, 12));
    assertThat(evaluation.tasks().get(2).size()).isEqualTo(3);
    assertThat(history.candidates().getFirst().scores().orElseThrow().get(2))
        .as("the code expert answers what it was asked for")
        .isEqualTo(1);
    assertThat(Files.readAllLines(folder.resolve("folders")))
        .hasSizeGreaterThan(10)
        .allSatisfy(written -> assertThat(Path.of(written)).doesNotExist());
    assertThat(history.header().digests()).containsKeys("asking db", "items os");
    // The base and the average are no experts, so the final test may meet an odd model too.
    assertThat(run.code() == 0 || run.err().contains("an odd model")).as(run.err()).isTrue();

    Cycleqd stopping =
        Cycleqd.quickstart(
            folder.resolve("other"),
            "--set",
            "tasks.1.type=command",
            "--set",
            "tasks.1.data=" + folder.resolve("weights.json"),
            "--set",
            "search.stopping=lossless");
    assertThat(stopping.code()).isEqualTo(1);
    assertThat(stopping.err()).contains("tasks.1: a program scores all items at once");
  }

  private static ItemScores weights(Path model, int count) throws Exception {
    byte[] file = Files.readAllBytes(model.resolve("model.safetensors"));
    long size = java.nio.ByteBuffer.wrap(file).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
    JsonNode header = JSON.readTree(file, 8, (int) size);
    int first = header.get("model.norm.weight").get("data_offsets").get(0).asInt();
    return ItemScores.of(
        IntStream.range(0, count)
            .mapToDouble(i -> (file[(int) (8 + size) + first + i] & 0xff) / 255.0)
            .toArray());
  }
}
