package org.cycleqd.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cycleqd.engine.CandidateRecord;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.engine.RunHistory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stopping, screening and validation on real models. */
class StoppedRunTest {

  @TempDir private Path folder;

  private RunHistory history(String name) throws IOException {
    return RunHistory.read(RunHistory.journal(folder.resolve(name).resolve("quickstart")));
  }

  private Cycleqd run(String name, String... more) {
    String[] common = {
      "--set", "archive.bins=2", "--set", "search.children=16", "--set", "output.export=false"
    };
    String[] all = new String[common.length + more.length];
    System.arraycopy(common, 0, all, 0, common.length);
    System.arraycopy(more, 0, all, common.length, more.length);
    Cycleqd run = Cycleqd.quickstart(folder.resolve(name), all);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  /** The summary, but for the journal that it is of. */
  private JsonNode results(String name) throws IOException {
    ObjectNode summary =
        (ObjectNode)
            new ObjectMapper().readTree(folder.resolve(name + "/quickstart/summary.json").toFile());
    assertThat(summary.remove("journal").asText()).isEqualTo(history(name).digest());
    return summary;
  }

  @Test
  void stoppingWithoutLossChangesNothingButTheWork() throws IOException {
    Cycleqd full = run("full");
    Cycleqd stopped =
        run("stopped", "--set", "search.stopping=lossless", "--set", "runtime.workers=1");
    assertThat(history("stopped").insertions()).isEqualTo(history("full").insertions());
    assertThat(history("stopped").candidates())
        .extracting(CandidateRecord::genome)
        .isEqualTo(history("full").candidates().stream().map(CandidateRecord::genome).toList());
    assertThat(history("stopped").candidates())
        .anyMatch(candidate -> candidate.result() instanceof Result.Stopped);
    assertThat(results("stopped")).isEqualTo(results("full"));
    for (String same : List.of("archives/code.json", "archives/os.json")) {
      assertThat(folder.resolve("stopped/quickstart").resolve(same))
          .hasSameBinaryContentAs(folder.resolve("full/quickstart").resolve(same));
    }
    assertThat(stopped.out()).isNotEqualTo(full.out());
    Cycleqd replay = Cycleqd.run("bench", "stopping", folder.resolve("full/quickstart").toString());
    assertThat(replay.code()).as(replay.err()).isZero();
    assertThat(replay.out()).contains("all rejected", "shortest proofs", "lossless, block 1");
    Cycleqd status = Cycleqd.run("status", folder.resolve("stopped/quickstart").toString());
    assertThat(status.out()).containsPattern("stopped +[1-9][0-9]* early");
    Cycleqd other =
        Cycleqd.run("archive", folder.resolve("stopped/quickstart").toString(), "--bins", "3");
    assertThat(other.err()).contains("stopped early and are left out");
  }

  @Test
  void childrenAreScreenedAndElitesScoredAgain() throws IOException {
    Cycleqd run =
        run(
            "screened",
            "--set",
            "search.mutations.0.sigma=1.5",
            "--set",
            "screening.norm_ratio=1.2",
            "--set",
            "screening.logits=true",
            "--set",
            "screening.repetitions=3",
            "--set",
            "tasks.0.validation=8",
            "--set",
            "tasks.1.validation=8",
            "--set",
            "tasks.2.validation=8");
    RunHistory history = history("screened");
    assertThat(history.header().digests().get("screening"))
        .isEqualTo("norm_ratio 1.2, logits true, repetitions 3");
    List<String> reasons =
        history.candidates().stream()
            .map(CandidateRecord::result)
            .flatMap(result ->
                result instanceof Result.Failed(String why)
                    ? List.of(why).stream()
                    : List.<String>of().stream())
            .toList();
    assertThat(reasons).isNotEmpty().allMatch(reason -> reason.startsWith("screening: "));
    assertThat(run.out()).contains("validated");
    JsonNode validation =
        new ObjectMapper().readTree(folder.resolve("screened/quickstart/validation.json").toFile());
    double best = 0;
    double chosen = -1;
    for (JsonNode elite : validation.get("elites")) {
      double mean = elite.get("validationMean").asDouble();
      best = Math.max(best, mean);
      chosen = elite.get("candidate").equals(validation.get("chosen")) ? mean : chosen;
      assertThat(elite.get("validation")).hasSize(3);
    }
    assertThat(chosen).isEqualTo(best);
  }
}
