package org.cycleqd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cycleqd.archive.AddRule;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.ArchiveSnapshot;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.EvaluationException;
import org.cycleqd.engine.Evaluator;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.engine.Search;
import org.cycleqd.engine.SearchSettings;
import org.cycleqd.engine.TimeLog;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;
import org.cycleqd.spectral.TensorSite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look at a run; the run is a real search whose models are formulas. */
class RunCommandsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SearchSettings SETTINGS =
      SearchSettings.paper(7, List.of("code", "db", "os")).withBudget(40, 1);
  private static final GenomeLayout LAYOUT =
      new GenomeLayout(List.of("A", "B", "C"), List.of(new TensorSite("head", 0, 4)));

  @TempDir Path folder;

  private final TerminalFixture fixture = new TerminalFixture();

  /** Half of the items depend on the genome alone, so that scores differ; a few genomes fail. */
  private static Evaluation evaluate(Genome genome) throws EvaluationException {
    double[][] items = new double[3][20];
    Draws draws = Draws.at(5, genome.digest());
    if (draws.uniform(99) < 0.1) {
      throw new EvaluationException("answers nothing");
    }
    for (int task = 0; task < 3; task++) {
      for (int i = 0; i < 20; i++) {
        items[task][i] = draws.uniform(20L * task + i) < 0.5 ? 1 : 0;
      }
    }
    return Evaluation.of(items);
  }

  private static Evaluation expertsSucceed(Genome genome) throws EvaluationException {
    for (int e = 0; e < 3; e++) {
      if (genome.digest().equals(Genome.expert(LAYOUT, e).digest())) {
        double[][] items = new double[3][20];
        for (int task = 0; task < 3; task++) {
          for (int i = 0; i < (task == e ? 15 : 3 + e); i++) {
            items[task][i] = 1;
          }
        }
        return Evaluation.of(items);
      }
    }
    return evaluate(genome);
  }

  private RunHistory search(SearchSettings settings, Evaluator evaluator) throws Exception {
    Search search = Search.of(settings, LAYOUT, Map.of());
    try (TimeLog times = TimeLog.open(folder, () -> Instant.EPOCH)) {
      search.run(folder, evaluator, 1, times);
    }
    return RunHistory.read(RunHistory.journal(folder));
  }

  private int execute(String... args) {
    return Main.local(fixture.terminal(false, 80)).execute(args);
  }

  private JsonNode json(String... args) throws Exception {
    int before = fixture.out().length();
    assertThat(execute(args)).as(fixture.err()).isZero();
    return JSON.readTree(fixture.out().substring(before));
  }

  @Test
  void archiveListsTheElitesOfEveryArchive() throws Exception {
    RunHistory history = search(SETTINGS, RunCommandsTest::expertsSucceed);
    assertThat(execute("archive", folder.toString())).isZero();
    int elites = history.archives().stream().mapToInt(a -> a.elites().size()).sum();
    assertThat(fixture.out())
        .contains("archive  cells  kind", "grid 15 x 15", "archive  cell  candidate  quality")
        .hasLineCount(2 + 4 + 3 + 2 + elites);

    JsonNode root = json("archive", folder.toString(), "--json");
    assertThat(root.get("journalDigest").asText()).isEqualTo(history.digest());
    assertThat(root.get("replayed").asBoolean()).isFalse();
    assertThat(root.get("cycle").get("elites").asInt()).isEqualTo(elites);
    JsonNode db = root.get("archives").get(1);
    assertThat(db.get("axes").get(0).get("task").asText()).isEqualTo("code");
    assertThat(db.get("metrics").get("qdScore").asDouble())
        .isEqualTo(history.archives().get(1).metrics().qdScore());
    for (JsonNode elite : db.get("elites")) {
      assertThat(elite.get("cell").asInt())
          .isEqualTo(15 * elite.get("bin").get(0).asInt() + elite.get("bin").get(1).asInt());
      double mean =
          elite
              .get("items")
              .get("db")
              .valueStream()
              .mapToDouble(JsonNode::asDouble)
              .average()
              .orElse(-1);
      assertThat(elite.get("quality").asDouble())
          .isEqualTo(elite.get("scores").get("db").asDouble())
          .isCloseTo(mean, within(1e-12));
    }
  }

  @Test
  void archiveWritesCommaSeparatedValues() throws Exception {
    RunHistory history = search(SETTINGS, RunCommandsTest::expertsSucceed);
    Path file = folder.resolve("out/elites.csv");
    assertThat(execute("archive", folder.toString(), "--csv", file.toString())).isZero();
    assertThat(fixture.out()).endsWith("elites  " + file + System.lineSeparator());
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.getFirst())
        .isEqualTo(
            "archive,cell,candidate,quality,score_code,score_db,score_os,bin_code,bin_db,bin_os,from");
    List<String> first = List.of(lines.get(1).split(",", -1));
    assertThat(first).hasSize(11).startsWith("code");
    int cell = Integer.parseInt(first.get(1));
    assertThat(first.subList(7, 10)).containsExactly("", "" + cell / 15, "" + cell % 15);
    assertThat(Double.parseDouble(first.get(4)))
        .isEqualTo(history.archives().getFirst().contents().getFirst().elite().scores().getFirst());
  }

  @Test
  void archivePutsTheScoresIntoOtherCells() throws Exception {
    RunHistory history = search(SETTINGS, RunCommandsTest::expertsSucceed);
    String run = folder.toString();
    JsonNode coarse = json("archive", run, "--json", "--bins", "1", "--range", "code=0:1");
    assertThat(coarse.get("replayed").asBoolean()).isTrue();
    assertThat(coarse.get("cycle").get("elites").asInt()).isEqualTo(3);
    JsonNode axis = coarse.get("archives").get(1).get("axes").get(0);
    assertThat(axis.get("high").asDouble()).isEqualTo(1);
    double best =
        history.candidates().stream()
            .flatMap(candidate -> candidate.scores().stream())
            .mapToDouble(scores -> scores.get(2))
            .max()
            .orElseThrow();
    assertThat(coarse.get("archives").get(2).get("metrics").get("best").asDouble()).isEqualTo(best);

    JsonNode cvt = json("archive", run, "--json", "--cells", "9");
    assertThat(cvt.get("archives").get(0).get("kind").asText()).isEqualTo("cvt");
    assertThat(cvt.get("archives").get(0).get("metrics").get("cells").asInt()).isEqualTo(9);
    assertThat(cvt.get("archives").get(0).get("elites").get(0).get("centroid")).hasSize(2);
    assertThat(cvt).isEqualTo(json("archive", run, "--json", "--cells", "9"));
  }

  @Test
  void archiveSaysWhatItExpected() throws Exception {
    search(SETTINGS, RunCommandsTest::expertsSucceed);
    String run = folder.toString();
    assertThat(execute("archive", run, "--bins", "0")).isEqualTo(2);
    assertThat(execute("archive", run, "--bins", "3", "--cells", "3")).isEqualTo(2);
    assertThat(execute("archive", run, "--range", "cod=0:1")).isEqualTo(2);
    assertThat(execute("archive", run, "--range", "code=1:0")).isEqualTo(2);
    assertThat(execute("archive", run, "--range", "code")).isEqualTo(2);
    assertThat(execute("archive", run, "--range", "code=0")).isEqualTo(2);
    assertThat(execute("archive", "absent")).isEqualTo(2);
    assertThat(execute("archive", Files.createDirectory(folder.resolve("empty")).toString()))
        .isEqualTo(1);
    assertThat(fixture.err().lines())
        .containsExactly(
            "error: --bins is 0, allowed: from 1 to 1000",
            "error: --bins and --cells are given, expected one of them",
            "error: --range is 'cod=0:1', expected TASK=LOW:HIGH with one of the tasks code, db, os",
            "error: --range is 'code=1:0', expected two numbers with LOW below HIGH, as in code=0.2:0.8",
            "error: --range is 'code', expected TASK=LOW:HIGH with one of the tasks code, db, os",
            "error: --range is 'code=0', expected two numbers with LOW below HIGH, as in code=0.2:0.8",
            "error: no such run: neither absent nor runs/absent is a folder",
            "error: %s is not a run that has begun: it holds no journal.jsonl"
                .formatted(folder.resolve("empty")));
  }

  @Test
  void aRunWithoutAllExpertsHasNoArchivesYet() throws Exception {
    search(SETTINGS, RunCommandsTest::expertsSucceed);
    Path journal = RunHistory.journal(folder);
    List<String> lines = Files.readAllLines(journal);
    Files.writeString(journal, String.join("\n", lines.subList(0, 3)) + "\n");
    assertThat(execute("archive", folder.toString())).isEqualTo(1);
    assertThat(fixture.err())
        .contains("2 of 3 experts are scored, and there are no archives before all are");
    assertThat(execute("status", folder.toString())).isZero();
    assertThat(fixture.out()).contains("candidates  2 of 43").doesNotContain("coverage");
  }

  @Test
  void archivesWithoutCellsCanBeListedToo() throws Exception {
    search(
        SETTINGS.withArchive(new ArchiveForm(null, new AddRule.DominatedNovelty(5, 2))),
        RunCommandsTest::expertsSucceed);
    JsonNode root = json("archive", folder.toString(), "--json");
    assertThat(root.get("archives").get(0).get("elites")).hasSize(5);
    assertThat(root.get("archives").get(0).get("elites").get(0).has("bin")).isFalse();
    Path file = folder.resolve("elites.csv");
    assertThat(execute("archive", folder.toString(), "--csv", file.toString())).isZero();
    assertThat(fixture.out()).contains("dominated novelty");
    JsonNode grid = json("archive", folder.toString(), "--json", "--bins", "4");
    assertThat(grid.get("archives").get(0).get("kind").asText()).isEqualTo("grid 4 x 4");
  }

  /** Another implementation of the format reads what was written. */
  @Test
  void archiveWritesParquet() throws Exception {
    RunHistory history = search(SETTINGS, RunCommandsTest::expertsSucceed);
    Path file = folder.resolve("out/elites.parquet");
    assertThat(execute("archive", folder.toString(), "--parquet", file.toString())).isZero();
    assertThat(fixture.out()).endsWith("elites  " + file + System.lineSeparator());
    try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file));
        RowReader rows = reader.rowReader()) {
      assertThat(reader.getFileSchema().getColumns().stream().map(ColumnSchema::name))
          .containsExactly(
              "archive,cell,candidate,quality,score_code,score_db,score_os,bin_code,bin_db,bin_os,from"
                  .split(","));
      for (ArchiveView archive : history.archives()) {
        for (ArchiveSnapshot.Cell cell : archive.contents()) {
          assertThat(rows.hasNext()).isTrue();
          rows.next();
          assertThat(rows.getString("archive")).isEqualTo(archive.taskName());
          assertThat(rows.getInt("cell")).isEqualTo(cell.index());
          assertThat(rows.getInt("candidate")).isEqualTo(cell.elite().candidate());
          assertThat(rows.getDouble("quality"))
              .isEqualTo(cell.elite().scores().get(archive.task()));
          assertThat(rows.getDouble("score_os")).isEqualTo(cell.elite().scores().get(2));
          assertThat(rows.isNull("bin_" + archive.taskName())).isTrue();
          String last = archive.task() == 2 ? "bin_db" : "bin_os";
          assertThat(rows.getInt(last)).isEqualTo(cell.index() % 15);
        }
      }
      assertThat(rows.hasNext()).isFalse();
    }
  }

  @Test
  void lineageFollowsParentsAndTellsTheirShares() throws Exception {
    RunHistory history = search(SETTINGS, RunCommandsTest::expertsSucceed);
    JsonNode root = json("lineage", folder.toString(), "42", "--json");
    assertThat(root.get("ancestors").get(0).get("candidate").asInt()).isEqualTo(42);
    assertThat(root.get("variation").get("mutations").get(0).get("operator").asText())
        .isEqualTo("expert-basis");
    List<Integer> seen = new ArrayList<>();
    for (JsonNode ancestor : root.get("ancestors")) {
      int number = ancestor.get("candidate").asInt();
      seen.add(number);
      if (ancestor.has("parents")) {
        assertThat(ancestor.get("firstParentShare").get("model").asDouble())
            .isEqualTo(history.firstShare(number, "model"));
      } else {
        assertThat(ancestor.get("expert").asText()).isEqualTo("ABC".substring(number, number + 1));
      }
    }
    for (JsonNode ancestor : root.get("ancestors")) {
      ancestor.path("parents").valueStream().forEach(p -> assertThat(seen).contains(p.asInt()));
    }
    assertThat(execute("lineage", folder.toString(), "3")).isZero();
    assertThat(fixture.out())
        .contains("candidate  from", "taken by")
        .contains(
            "cycleqd, 1 generations; crossover by model, weights normal with mean 1.0 and sigma 0.03;"
                + " mutations: expert-basis (maximum 0.3)");
    assertThat(execute("lineage", folder.toString(), "43")).isEqualTo(2);
    assertThat(fixture.err()).contains("ID is 43, expected a candidate of the run, from 0 to 42");
  }

  @Test
  void statusTellsARunningSearchFromAnInterruptedOne() throws Exception {
    List<String> states = new ArrayList<>();
    Search.of(SETTINGS, LAYOUT, Map.of())
        .run(
            folder,
            RunCommandsTest::expertsSucceed,
            1,
            (candidate, archives) -> {
              if (candidate.number() == 5) {
                int before = fixture.out().length();
                assertThat(execute("status", folder.toString())).isZero();
                states.add(fixture.out().substring(before));
              }
            });
    assertThat(states).hasSize(1);
    assertThat(states.getFirst()).contains("state       running", "candidates  6 of 43");
    assertThat(json("status", folder.toString(), "--json").get("running").asBoolean()).isFalse();
  }

  @Test
  void statusTellsProgressFailuresAndTheJournalsDigest() throws Exception {
    RunHistory history = search(SETTINGS, RunCommandsTest::expertsSucceed);
    long failed = history.candidates().stream().filter(c -> c.scores().isEmpty()).count();
    assertThat(failed).isPositive();
    assertThat(execute("status", folder.toString())).isZero();
    assertThat(fixture.out())
        .contains("state       searched", "candidates  43 of 43", "failures    " + failed)
        .contains(": answers nothing", "journal     " + history.digest(), "grid 15 x 15");

    Path journal = RunHistory.journal(folder);
    List<String> lines = Files.readAllLines(journal);
    Files.writeString(journal, String.join("\n", lines.subList(0, 15)) + "\n{\"chain\"");
    StringBuilder times = new StringBuilder();
    for (int i = 0; i < 13; i++) {
      // A pause of an hour between candidates 5 and 6.
      times.append(
          "{\"candidate\":%d,\"time\":\"%s\"}\n"
              .formatted(i, Instant.ofEpochSecond(2L * i + (i > 5 ? 3600 : 0))));
    }
    Files.writeString(folder.resolve(TimeLog.FILE), times);
    JsonNode status = json("status", folder.toString(), "--json");
    assertThat(status.get("state").asText()).isEqualTo("interrupted");
    assertThat(status.get("candidates").asInt()).isEqualTo(13);
    assertThat(status.get("total").asInt()).isEqualTo(43);
    assertThat(status.get("secondsPerCandidate").asDouble()).isEqualTo(2);
    assertThat(status.get("secondsLeft").asDouble()).isEqualTo(60);
    assertThat(status.get("last").asText()).isEqualTo("1970-01-01T01:00:24Z");
    assertThat(status.get("archives")).hasSize(3);
    assertThat(execute("status", folder.toString())).isZero();
    assertThat(fixture.out()).contains("time left   1:00 at 2.00 s a candidate");

    Files.delete(folder.resolve(TimeLog.FILE));
    assertThat(json("status", folder.toString(), "--json").has("secondsLeft")).isFalse();
  }
}
