package org.cycleqd.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose children are decomposed themselves: resumed, composed, and refused. */
class ChildSvdTest {

  private static final String MUTATIONS =
      "search.mutations=[{operator: child-svd}, {operator: coefficient-gaussian, sigma: 0.1}]";

  @TempDir private Path folder;

  @Test
  void aRunIsResumedAndItsIndividualsAreComposed() throws IOException {
    assertThat(Cycleqd.quickstart(folder, "--set", MUTATIONS).code()).isZero();
    Path run = folder.resolve("quickstart");
    Path journal = run.resolve("journal.jsonl");
    byte[] whole = Files.readAllBytes(journal);
    assertThat(whole.length).as("lineage, no coefficients").isLessThan(20_000);
    try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "rw")) {
      file.setLength(whole.length * 2L / 3);
    }
    Cycleqd resumed = Cycleqd.run("resume", run.toString());
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(journal).hasBinaryContent(whole);

    Path out = folder.resolve("best");
    Cycleqd composed = Cycleqd.run("compose", run + ":best", out.toString());
    assertThat(composed.code()).as(composed.err()).isZero();
    assertThat(out.resolve("model.safetensors"))
        .hasSameBinaryContentAs(run.resolve("export/best/model.safetensors"));
    assertThat(out.resolve("mergekit_config.yml")).doesNotExist();
    assertThat(out.resolve("README.md")).content().contains("singular values");
  }

  @Test
  void componentsOfTheirOwnSharesAreRefused() {
    Cycleqd refused =
        Cycleqd.quickstart(
            folder, "--set", MUTATIONS, "--set", "search.crossover.per_component=true");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("crossover.per_component", "allowed: false");
  }

  @Test
  void genomesThatMayOutgrowTheHeapAreRefused() {
    Cycleqd refused =
        Cycleqd.quickstart(
            folder,
            "--set",
            "search.mutations=[{operator: top-singular}]",
            "--set",
            "archive.bins=1000",
            "--set",
            "search.children=1000000");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(folder.resolve("quickstart")).doesNotExist();
    assertThat(refused.err()).contains("search.mutations: top-singular needs", "allowed:");
  }
}
