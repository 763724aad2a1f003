package org.cycleqd.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.cycleqd.checkpoint.Checkpoint;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Individuals of a run with an adapter among its experts, as models. */
class ComposeTest {

  private static final Path MODELS =
      Path.of(System.getProperty("cycleqd.root")).resolve("experiments/models/pico");

  @TempDir private static Path folder;
  private static Path run = Path.of("");
  private static Path adapter = Path.of("");

  @TempDir private Path out;

  @BeforeAll
  static void runOnce() {
    adapter = folder.resolve("code-adapter");
    Cycleqd extracted =
        Cycleqd.run(
            "extract-lora",
            MODELS.resolve("base").toString(),
            MODELS.resolve("code").toString(),
            adapter.toString(),
            "--rank",
            "8");
    assertThat(extracted.code()).as(extracted.err()).isZero();
    Cycleqd first =
        Cycleqd.quickstart(
            folder,
            "--set",
            "experts.0.path=" + adapter,
            "--set",
            "basis.rank=4",
            "--set",
            "search.mutations=[{operator: expert-basis, w_max: 0.3}]");
    assertThat(first.code()).as(first.err()).isZero();
    run = folder.resolve("quickstart");
  }

  private Cycleqd compose(String genome, String... more) {
    String[] all =
        Stream.concat(
                Stream.of("compose", run + ":" + genome, out.resolve(genome).toString()),
                Stream.of(more))
            .toArray(String[]::new);
    return Cycleqd.run(all);
  }

  @Test
  void whatIsComposedIsWhatTheRunExported() throws IOException {
    for (String genome : new String[] {"best", "aggregate", "elite-db"}) {
      Cycleqd composed = compose(genome, "--threads", "1");
      assertThat(composed.code()).as(composed.err()).isZero();
      Path weights = out.resolve(genome).resolve("model.safetensors");
      assertThat(weights)
          .hasSameBinaryContentAs(
              run.resolve("export").resolve(genome).resolve("model.safetensors"));
    }
  }

  @Test
  void anyCandidateCanBeHadByItsNumber() throws IOException {
    Cycleqd composed = compose("7", "--json");
    assertThat(composed.code()).as(composed.err()).isZero();
    JsonNode result = new ObjectMapper().readTree(composed.out());
    assertThat(result.get("origin").asText()).isEqualTo("candidate 7");
    assertThat(Files.readString(run.resolve("journal.jsonl")))
        .contains(result.get("genome").asText());
    try (Checkpoint model = Checkpoint.open(out.resolve("7"))) {
      assertThat(model.config().layers()).isEqualTo(4);
    }
    assertThat(out.resolve("7/README.md")).content().contains("candidate 7", "base_model");
    assertThat(compose("7").err()).contains("a folder with content");
    assertThat(compose("7", "--replace").code()).isZero();
  }

  @Test
  void theBaseStaysTheBase() throws IOException {
    assertThat(compose("base").code()).isZero();
    try (Checkpoint base = Checkpoint.open(MODELS.resolve("base"));
        Checkpoint composed = Checkpoint.open(out.resolve("base"))) {
      assertThat(composed.digest()).isEqualTo(base.digest());
    }
  }

  @Test
  void mistakesAreNamed() {
    assertThat(compose("999").err())
        .contains("genome: found candidate 999, expected one of the 11");
    assertThat(compose("bets").err()).contains("found 'bets'", "expert-code", "elite-os");
    assertThat(Cycleqd.run("compose", "quickstart", out.toString()).err())
        .contains("RUN:GENOME is 'quickstart'");
    assertThat(Cycleqd.run("compose", "nowhere:best", out.toString()).err())
        .contains("no such run");
  }

  @Test
  void theStoreIsListedAndVerified() throws IOException {
    String store = folder.resolve("bases").toString();
    Cycleqd info = Cycleqd.run("svd", "info", "--store", store, "--json");
    JsonNode list = new ObjectMapper().readTree(info.out());
    assertThat(list).hasSize(3);
    assertThat(list.get(0).get("policy").asText()).startsWith("rank 4, vectors scalar");
    assertThat(Cycleqd.run("svd", "info", "--store", store).out()).contains("rank 4", "kB");
    assertThat(Cycleqd.run("svd", "verify", "--store", store).code()).isZero();

    Path copies = Files.createDirectory(out.resolve("copies"));
    Path copy = copies.resolve("copy.safetensors");
    Files.copy(Path.of(list.get(0).get("file").asText()), copy);
    try (RandomAccessFile bytes = new RandomAccessFile(copy.toFile(), "rw")) {
      bytes.seek(bytes.length() - 1);
      int last = bytes.read();
      bytes.seek(bytes.length() - 1);
      bytes.write(last ^ 1);
    }
    Cycleqd damaged = Cycleqd.run("svd", "verify", "--store", copies.toString());
    assertThat(damaged.code()).isEqualTo(1);
    assertThat(damaged.out()).contains("copy.safetensors", "found components with digest");
  }

  @Test
  void basesCanBeBuiltBeforehand() throws IOException {
    String[] command = {
      "svd",
      "build",
      "--base",
      MODELS.resolve("base").toString(),
      "--expert",
      "os=" + MODELS.resolve("os"),
      "--expert",
      "code=" + adapter,
      "--energy",
      "0.9",
      "--heads",
      "exclude",
      "--store",
      out.resolve("store").toString(),
      "--json"
    };
    Cycleqd built = Cycleqd.run(command);
    assertThat(built.code()).as(built.err()).isZero();
    JsonNode result = new ObjectMapper().readTree(built.out());
    assertThat(result.get("policy").asText())
        .isEqualTo("energy 0.9, vectors scalar, embeddings include, heads exclude");
    assertThat(result.get("experts").asInt()).isEqualTo(2);
    assertThat(result.get("coefficients").asLong()).isPositive();
    assertThat(Cycleqd.run("svd", "build", "--base", "b", "--expert", "a=x", "--rank", "0").err())
        .contains("--rank: found 0, expected 1 or more");
    assertThat(
            Cycleqd.run(
                    "svd",
                    "build",
                    "--base",
                    "b",
                    "--expert",
                    "a=x",
                    "--rank",
                    "1",
                    "--energy",
                    "0.5")
                .err())
        .contains("--rank and --energy are given, expected one of them");
  }
}
