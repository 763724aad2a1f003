package org.cycleqd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on synthetic landscapes, from the shipped config to every command that looks at a run. */
class SyntheticRunTest {

  private static final Path CONFIG =
      Path.of(System.getProperty("cycleqd.root"), "experiments/configs/synthetic.yaml");

  @TempDir Path runs;

  private TerminalFixture fixture = new TerminalFixture();
  private Path run = Path.of("");

  @BeforeEach
  void name() {
    run = runs.resolve("synthetic");
  }

  private int execute(String... args) {
    fixture = new TerminalFixture();
    return Main.local(fixture.terminal(false, 80)).execute(args);
  }

  private int search(String... more) {
    List<String> arguments = new ArrayList<>(List.of("run", CONFIG.toString()));
    for (String value : List.of("output.folder=" + runs, "search.children=60")) {
      arguments.addAll(List.of("--set", value));
    }
    for (String value : more) {
      arguments.addAll(List.of("--set", value));
    }
    return execute(arguments.toArray(String[]::new));
  }

  private JsonNode json(String... args) throws Exception {
    assertThat(execute(args)).as(fixture.err()).isZero();
    return new ObjectMapper().readTree(fixture.out());
  }

  @Test
  void runsAndIsLookedAtWithoutModels() throws Exception {
    assertThat(search()).as(fixture.err()).isZero();
    assertThat(fixture.out())
        .contains("expert-code", "average", "best", "aggregate", "journal  ")
        .doesNotContain("model ");
    assertThat(run.resolve("report.html")).content().contains("a synthetic landscape", "<svg");
    assertThat(run.resolve("figures/progress.svg")).isNotEmptyFile();
    assertThat(json("status", run.toString(), "--json").get("state").asText())
        .isEqualTo("finished");
    assertThat(json("archive", run.toString(), "--json").get("archives")).hasSize(3);
    JsonNode lineage = json("lineage", run.toString(), "62", "--json");
    assertThat(lineage.get("ancestors").get(0).get("firstParentShare")).hasSize(9);
    assertThat(execute("compose", run + ":best", runs.resolve("model").toString())).isEqualTo(1);
    assertThat(fixture.err()).contains("is a synthetic run: it has no models");
  }

  @Test
  void elitesAreScoredAgain() throws Exception {
    assertThat(search("search.reevaluation={every: 15, items: 30}", "archive.bins=4"))
        .as(fixture.err())
        .isZero();
    JsonNode status = json("status", run.toString(), "--json");
    assertThat(status.get("scoredAgain").asInt()).isBetween(4, 63);
    assertThat(execute("status", run.toString())).isZero();
    assertThat(fixture.out()).contains("scored again in 4 rounds");
    JsonNode elites = json("archive", run.toString(), "--json").get("archives").get(0);
    assertThat(elites.get("elites").get(0).get("items").get("code")).hasSize(60 + 30);
    assertThat(execute("archive", run.toString(), "--bins", "3")).as(fixture.err()).isZero();
    byte[] journal = Files.readAllBytes(run.resolve("journal.jsonl"));
    Files.write(run.resolve("journal.jsonl"), Arrays.copyOf(journal, 9_000));
    assertThat(execute("resume", run.toString())).as(fixture.err()).isZero();
    assertThat(run.resolve("journal.jsonl")).hasBinaryContent(journal);
    assertThat(execute("fork", run.toString(), "--name", "left")).isEqualTo(1);
    assertThat(fixture.err()).contains("scores elites again");
    assertThat(search("name=both", "search.reevaluation.every=5", "search.stopping=lossless"))
        .isEqualTo(2);
    assertThat(fixture.err()).contains("is lossless beside search.reevaluation");
  }

  @Test
  void aTornRunIsCarriedOnToTheSameEnd() throws Exception {
    assertThat(search()).as(fixture.err()).isZero();
    Path journal = run.resolve("journal.jsonl");
    byte[] whole = Files.readAllBytes(journal);
    try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "rw")) {
      file.setLength(whole.length / 2);
    }
    assertThat(execute("resume", run.toString())).as(fixture.err()).isZero();
    assertThat(journal).hasBinaryContent(whole);
  }

  @Test
  void aForkGoesOnWithMoreChildrenAndOtherSettings() throws Exception {
    assertThat(search()).as(fixture.err()).isZero();
    assertThat(execute("fork", run.toString(), "--set", "search.children=80"))
        .as(fixture.err())
        .isZero();
    assertThat(search("name=longer", "search.children=80")).as(fixture.err()).isZero();
    List<String> forked = Files.readAllLines(runs.resolve("synthetic-fork/journal.jsonl"));
    List<String> straight = Files.readAllLines(runs.resolve("longer/journal.jsonl"));
    assertThat(forked).hasSize(85);
    for (int line = 1; line < 85; line++) {
      assertThat(record(forked.get(line))).isEqualTo(record(straight.get(line)));
    }
    String[] other = {
      "fork",
      run.toString(),
      "--at",
      "20",
      "--name",
      "other",
      "--set",
      "archive.bins=5",
      "--set",
      "search.strategy={name: cma-es}"
    };
    assertThat(execute(other)).as(fixture.err()).isZero();
    assertThat(json("status", runs.resolve("other").toString(), "--json").get("state").asText())
        .isEqualTo("finished");
    assertThat(execute("lineage", runs.resolve("other").toString(), "62")).isZero();
    assertThat(fixture.out()).contains("cma-es, ");
    assertThat(execute(other)).isEqualTo(1);
    assertThat(fixture.err()).contains("other holds a run; give the fork another --name");
    assertThat(execute("fork", run.toString(), "--at", "63", "--name", "wrong")).isEqualTo(1);
    assertThat(fixture.err()).contains("candidate 63: expected one from 2, the last expert, to 62");
    assertThat(
            execute("fork", run.toString(), "--name", "wrong", "--set", "synthetic.conflict=0.1"))
        .isEqualTo(1);
    assertThat(fixture.err()).contains("digests.landscape");
  }

  private static String record(String line) {
    return line.substring(line.indexOf("\"record\":"));
  }

  @Test
  void limitsEndOrPauseARun() throws Exception {
    assertThat(search("search.limits.evaluations=5000", "journal={sync: never}"))
        .as(fixture.err())
        .isZero();
    assertThat(fixture.out()).contains("ended    as many items are scored as search.limits allows");
    JsonNode status = json("status", run.toString(), "--json");
    assertThat(status.get("candidates").asInt()).isEqualTo(28);
    assertThat(status.get("state").asText()).isEqualTo("finished");
    assertThat(status.get("endedBy").asText()).isEqualTo("evaluations");

    assertThat(
            search(
                "name=paused",
                "search.children=8",
                "search.limits.time=1e-6",
                "journal={sync: batch, records: 7}"))
        .as(fixture.err())
        .isZero();
    assertThat(fixture.out()).contains("paused   the time of search.limits is over");
    String paused = runs.resolve("paused").toString();
    assertThat(json("status", paused, "--json").get("state").asText()).isEqualTo("paused");
    // Killed after it went on: the results there are of an earlier point.
    byte[] pausedJournal = Files.readAllBytes(runs.resolve("paused/journal.jsonl"));
    byte[] results = Files.readAllBytes(runs.resolve("paused/summary.json"));
    assertThat(execute("resume", paused)).as(fixture.err()).isZero();
    Files.write(runs.resolve("paused/summary.json"), results);
    assertThat(json("status", paused, "--json").get("state").asText()).isEqualTo("interrupted");
    Files.write(runs.resolve("paused/journal.jsonl"), pausedJournal);
    assertThat(json("status", paused, "--json").get("state").asText()).isEqualTo("paused");
    int starts = 0;
    while (json("status", paused, "--json").get("state").asText().equals("paused")) {
      assertThat(execute("resume", paused)).as(fixture.err()).isZero();
      starts++;
    }
    assertThat(starts).isBetween(2, 8);
    assertThat(search("name=straight", "search.children=8")).isZero();
    assertThat(runs.resolve("paused/journal.jsonl"))
        .hasSameBinaryContentAs(runs.resolve("straight/journal.jsonl"));
    assertThat(search("name=wrong", "search.limits.tokens=5")).isEqualTo(2);
    assertThat(fixture.err()).contains("since landscapes read no tokens");
  }

  @ParameterizedTest
  @ValueSource(strings = {"map-elites", "random", "cma-es", "nsga-ii", "fixed"})
  void rivalsRunUnderTheSameBudgetToTheSameReport(String strategy) throws Exception {
    assertThat(search("search.strategy.name=" + strategy)).as(fixture.err()).isZero();
    assertThat(fixture.out()).contains("best", "aggregate");
    JsonNode status = json("status", run.toString(), "--json");
    assertThat(status.get("candidates").asInt()).isEqualTo(63);
    assertThat(execute("archive", run.toString())).as(fixture.err()).isZero();
    assertThat(json("lineage", run.toString(), "62", "--json").get("strategy").asText())
        .isEqualTo(strategy);
    assertThat(run.resolve("report.html")).isNotEmptyFile();
  }

  @Test
  void otherLandscapesAreOtherRuns() {
    assertThat(search()).as(fixture.err()).isZero();
    assertThat(search("synthetic.conflict=0.2")).isEqualTo(1);
    assertThat(fixture.err()).contains("conflict: 0.7", "conflict: 0.2");
  }

  @Test
  void mistakesAreNamed() {
    assertThat(search("synthetic.conflict=2")).isEqualTo(2);
    assertThat(fixture.err()).contains("synthetic.conflict", "is 2.0, allowed: from 0.0 to 1.0");
    assertThat(search("synthetic.tasks=[a]")).isEqualTo(2);
    assertThat(fixture.err()).contains("synthetic.tasks", "has 1, allowed: 2 or more");
    assertThat(search("base=somewhere")).isEqualTo(2);
    assertThat(fixture.err()).contains("unknown key `base`");
    assertThat(search("archive.ranges.cod=[0, 1]")).isEqualTo(2);
    assertThat(fixture.err()).contains("names no task: 'cod'");
  }
}
