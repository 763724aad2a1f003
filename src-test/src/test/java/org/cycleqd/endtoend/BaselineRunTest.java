package org.cycleqd.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.engine.RunHistory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merges without a search, beside what a search finds. */
class BaselineRunTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private JsonNode run() throws Exception {
    Cycleqd run =
        Cycleqd.quickstart(
            folder,
            "--set",
            "output.export=false",
            "--set",
            "baselines=[{method: ties}, {method: dare-linear, lambda: 0.4}, {method: model-stock}]",
            "--set",
            "search.reevaluation={every: 3, items: 5}",
            "--set",
            "tasks.0.validation=4",
            "--set",
            "tasks.1.validation=4",
            "--set",
            "tasks.2.validation=4");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("ties", "dare-linear", "model-stock");
    return JSON.readTree(folder.resolve("quickstart/summary.json").toFile());
  }

  private static JsonNode row(JsonNode summary, String method) {
    for (JsonNode row : summary.get("methods")) {
      if (row.get("name").asText().equals(method)) {
        return row;
      }
    }
    throw new AssertionError("no row " + method);
  }

  @Test
  void baselinesAreScoredOnceLikeEverythingElse() throws Exception {
    JsonNode first = run();
    assertThat(row(first, "ties").get("kind").asText()).isEqualTo("merge");
    assertThat(first.get("comparisons").findValuesAsText("rival")).contains("ties", "model-stock");
    JsonNode validation =
        JSON.readTree(folder.resolve("quickstart/validation.json").toFile()).get("baselines");
    assertThat(validation.findValuesAsText("name"))
        .containsExactly("ties", "dare-linear", "model-stock");

    RunHistory history = RunHistory.read(RunHistory.journal(folder.resolve("quickstart")));
    assertThat(history.rounds()).hasSize(3);
    assertThat(history.header().digests()).containsKey("further db");
    assertThat(history.archives())
        .allMatch(archive ->
            archive.elites().stream().allMatch(elite -> elite.items().getFirst().size() == 12 + 5));

    // A run that is carried on believes what is recorded, and scores what is not.
    Path scores = folder.resolve("quickstart/scores.jsonl");
    List<String> lines = Files.readAllLines(scores);
    assertThat(run()).isEqualTo(first);
    assertThat(Files.readAllLines(scores)).isEqualTo(lines);
    List<String> kept = new ArrayList<>(lines);
    String lost = kept.removeLast();
    ObjectNode forged = (ObjectNode) JSON.readTree(kept.getLast());
    ArrayNode items = (ArrayNode) forged.get("items").get(0);
    items.set(0, 1 - items.get(0).asDouble());
    kept.set(kept.size() - 1, forged.toString());
    Files.writeString(scores, String.join("\n", kept) + "\n" + lost.substring(0, 90));
    assertThat(run()).isNotEqualTo(first);
    assertThat(Files.readAllLines(scores)).hasSize(lines.size() + 1).endsWith(lost);

    // What is composed scores what the table says.
    String merged = folder.resolve("ties").toString();
    String name = folder.resolve("quickstart") + ":ties";
    Cycleqd compose = Cycleqd.run("compose", name, merged);
    assertThat(compose.code()).as(compose.err()).isZero();
    assertThat(compose.out()).contains("the merge of the experts by ties, density 0.2, lambda 1.0");
    Cycleqd eval =
        Cycleqd.run(
            "eval",
            "--model",
            merged,
            "--tasks",
            "pico-db",
            "--items",
            "16",
            "--split",
            "test",
            "--max-new-tokens",
            "64",
            "--no-cache",
            "--json");
    assertThat(eval.code()).as(eval.err()).isZero();
    assertThat(JSON.readTree(eval.out()).get("scores").get("pico-db").get("mean").asDouble())
        .isEqualTo(row(first, "ties").get("scores").get("db").get("mean").asDouble());
  }
}
