package org.cycleqd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
