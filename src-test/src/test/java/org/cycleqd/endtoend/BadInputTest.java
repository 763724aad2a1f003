package org.cycleqd.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each mistake gets one clear line, a non-zero exit, and leaves nothing half done. */
class BadInputTest {

  private static final Path MODELS = Cycleqd.ROOT.resolve("experiments/models/pico");

  @TempDir private Path folder;

  @Test
  void aMissingConfig() {
    assertRefused(Cycleqd.run("run", "no/such.yaml"), 2, "no/such.yaml", "no such file");
  }

  @Test
  void anUnknownKeyNamesTheNearest() {
    assertRefused(
        Cycleqd.quickstart(folder, "--set", "search.childs=3"), 2, "search.childs", "children");
  }

  @Test
  void aMissingModel() {
    assertRefused(
        Cycleqd.quickstart(folder, "--set", "base=" + folder.resolve("nowhere")),
        1,
        "base",
        "nowhere");
  }

  @Test
  void anExpertOfAnotherShape() throws IOException {
    Path odd = folder.resolve("odd");
    Path config = folder.resolve("odd.yaml");
    Files.writeString(
        config,
        """
        name: odd
        out: %s
        model: {hidden_size: 32, layers: 1, heads: 2, kv_heads: 1, head_dim: 16, intermediate_size: 32, context: 128}
        tokenizer: {vocabulary: 200}
        data: [{task: pico-code, items: 64}]
        optimiser: {steps: 1, batch: 8, learning_rate: 0.001}
        """
            .formatted(odd));
    Cycleqd trained = Cycleqd.run("train", "sft", config.toString());
    assertThat(trained.code()).as(trained.err()).isZero();
    assertRefused(
        Cycleqd.quickstart(folder, "--set", "experts.1.path=" + odd),
        1,
        "odd",
        "vocab_size",
        "found 200",
        "expected 320");
  }

  @Test
  void anEmptyTask() {
    assertRefused(
        Cycleqd.quickstart(folder, "--set", "tasks.0.optimisation=0"),
        2,
        "tasks.0.optimisation",
        "1");
    assertRefused(Cycleqd.quickstart(folder, "--set", "tasks.2.test=0"), 1, "tasks.2", "items");
  }

  @Test
  void anUnknownTask() {
    assertRefused(
        Cycleqd.quickstart(folder, "--set", "tasks.0.type=pico-cod"), 1, "pico-cod", "pico-code");
  }

  @Test
  void aSingleTask() throws IOException {
    Path config = folder.resolve("one.yaml");
    Files.writeString(
        config,
        """
        name: one
        base: %1$s/base
        experts: [{name: code, path: %1$s/code, task: code}]
        tasks: [{name: code, type: pico-code, optimisation: 4, test: 4}]
        """
            .formatted(MODELS));
    assertRefused(Cycleqd.run("run", config.toString()), 2, "tasks", "2 or more");
  }

  @Test
  void aDeviceThatIsNotThere() {
    assertRefused(
        Cycleqd.quickstart(folder, "--set", "runtime.device=cuda:7"),
        1,
        "runtime.device",
        "found cuda:7",
        "expected one of the");
    assertRefused(
        Cycleqd.quickstart(folder, "--set", "runtime.device=gpu"), 2, "runtime.device", "cuda:N");
  }

  @Test
  void aDamagedModel() throws IOException {
    Path broken = Files.createDirectories(folder.resolve("broken"));
    for (String file : new String[] {"config.json", "tokenizer.json"}) {
      Files.copy(MODELS.resolve("db").resolve(file), broken.resolve(file));
    }
    byte[] weights = Files.readAllBytes(MODELS.resolve("db/model.safetensors"));
    Files.write(broken.resolve("model.safetensors"), Arrays.copyOf(weights, weights.length / 2));
    assertRefused(
        Cycleqd.quickstart(folder, "--set", "experts.1.path=" + broken),
        1,
        "broken/model.safetensors");
  }

  @Test
  void aFileWhereTheOutputFolderShouldBe() throws IOException {
    Path file = Files.writeString(folder.resolve("taken"), "");
    assertRefused(Cycleqd.quickstart(file), 1, "taken");
  }

  @Test
  void aRunThatAnotherProcessHolds() throws IOException {
    Path run = Files.createDirectories(folder.resolve("quickstart"));
    try (FileChannel channel =
            FileChannel.open(
                run.resolve("journal.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertRefused(Cycleqd.quickstart(folder), 1, "journal");
    }
  }

  @Test
  void somethingThatIsNoRun() {
    assertRefused(Cycleqd.run("resume", folder.toString()), 1, "is not a run");
  }

  private static void assertRefused(Cycleqd result, int code, String... words) {
    assertThat(result.err()).contains(words).startsWith("error: ").doesNotContain("unexpected");
    assertThat(result.code()).isEqualTo(code);
    assertThat(result.out()).isEmpty();
  }
}
