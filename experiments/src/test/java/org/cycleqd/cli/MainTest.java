package org.cycleqd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.RunConfig;
import org.cycleqd.experiment.ScoreRange;
import org.cycleqd.experiment.TrainingConfig;
import org.cycleqd.experiment.UserException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class MainTest {

  private static final Path QUICKSTART =
      Path.of(System.getProperty("cycleqd.root"), "experiments", "configs", "quickstart.yaml");

  private final TerminalFixture fixture = new TerminalFixture();
  private final List<Object> received = new ArrayList<>();

  private int execute(String... args) {
    return new Main(() -> new Recorder(null), fixture.terminal(false, 80)).execute(args);
  }

  private int failing(Exception failure, String... args) {
    return new Main(() -> new Recorder(failure), fixture.terminal(false, 80)).execute(args);
  }

  @Test
  void runReadsTheConfigurationWithOverridesAndName() {
    int code =
        execute(
            "run",
            QUICKSTART.toString(),
            "--set",
            "search.lag=4",
            "--set",
            "archive.ranges.code=[0.2,0.8]",
            "--name",
            "other",
            "--json");
    assertThat(fixture.err()).isEmpty();
    assertThat(code).isZero();
    assertThat(received).hasSize(2).last().isEqualTo(true);
    ExperimentConfig config = (ExperimentConfig) received.getFirst();
    assertThat(config.name()).isEqualTo("other");
    assertThat(config.search().lag()).isEqualTo(4);
    assertThat(config.archive().ranges()).containsEntry("code", new ScoreRange(0.2, 0.8));
  }

  @Test
  void resumeTakesAFolder(@TempDir Path run) {
    assertThat(execute("resume", run.toString())).isZero();
    assertThat(received).containsExactly(run, false);
  }

  @Test
  void resumeOfNothingNamesWhereItLooked() {
    assertThat(execute("resume", "absent")).isEqualTo(2);
    assertThat(fixture.err())
        .isEqualToIgnoringNewLines(
            "error: no such run: neither absent nor runs/absent is a folder");
    assertThat(received).isEmpty();
  }

  @Test
  void trainReadsTheConfiguration(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("t.yaml"),
            """
            name: code
            out: code
            start: base
            data: [{task: pico-code, items: 8000}]
            optimiser: {steps: 400, learning_rate: 1e-3}
            """);
    assertThat(execute("train", "sft", file.toString(), "--set", "optimiser.steps=7")).isZero();
    TrainingConfig config = (TrainingConfig) received.getFirst();
    assertThat(config.optimiser().steps()).isEqualTo(7);
    assertThat(config.out()).isEqualTo(folder.resolve("code"));
  }

  @Test
  void evalChecksItsOptions() {
    assertThat(execute("eval", "--model", "m", "--tasks", "pico-db", "--items", "0")).isEqualTo(2);
    assertThat(fixture.err()).contains("error: --limit is 0, allowed: 1 or more");
    assertThat(execute("eval", "--model", "m", "--tasks", "x", "--split", "dev")).isEqualTo(2);
    assertThat(fixture.err())
        .contains("--split is 'dev', expected one of optimisation, test, published");
    assertThat(execute("eval", "--tasks", "pico-db")).isEqualTo(2);
    assertThat(fixture.err()).contains("give either --model or --endpoint");
    assertThat(execute("eval", "--model", "m", "--tasks", "chess")).isEqualTo(1);
    assertThat(fixture.err()).contains("there is no task type 'chess', known: pico-code");
    assertThat(execute("eval", "--model", "m", "--tasks", "math")).isEqualTo(1);
    assertThat(fixture.err()).contains("task math needs data");
    assertThat(execute("eval", "--model", "m", "--tasks", "gsm8k=x.jsonl")).isEqualTo(1);
    assertThat(fixture.err()).contains("task gsm8k has its own data");
    assertThat(execute("eval", "--model", "m", "--tasks", "math=absent.jsonl")).isEqualTo(1);
    assertThat(fixture.err()).contains("no such file: absent.jsonl");
  }

  @Test
  void mistakesInTheCommandEndWithTwoAndAHint() {
    assertThat(execute("resmue")).isEqualTo(2);
    assertThat(fixture.err())
        .contains("error: Unmatched argument")
        .containsPattern("Did you mean: .*cycleqd resume");
    assertThat(execute("run")).isEqualTo(2);
    assertThat(fixture.err())
        .contains("error: Missing required parameter: 'CONFIG'")
        .contains("see cycleqd run --help");
    assertThat(execute("run", QUICKSTART.toString(), "--fast")).isEqualTo(2);
    assertThat(execute("train")).isEqualTo(2);
    assertThat(received).isEmpty();
  }

  @Test
  void mistakesInTheConfigurationEndWithTwo() {
    assertThat(execute("run", "absent.yaml")).isEqualTo(2);
    assertThat(fixture.err()).contains("error: absent.yaml: no such file");
    assertThat(execute("run", QUICKSTART.toString(), "--set", "search.childen=1")).isEqualTo(2);
    assertThat(fixture.err()).contains("did you mean `children`?");
    assertThat(received).isEmpty();
  }

  @Test
  void failuresOfTheWorkEndWithOneAndOneLine() {
    String config = QUICKSTART.toString();
    assertThat(failing(new UserException("the base has no tokenizer"), "run", config)).isEqualTo(1);
    assertThat(failing(new NoSuchFileException("/m/config.json"), "run", config)).isEqualTo(1);
    Exception wrapped =
        new CompletionException(new UncheckedIOException(new IOException("disk full")));
    assertThat(failing(wrapped, "run", config)).isEqualTo(1);
    assertThat(failing(new IllegalStateException("no elite"), "run", config)).isEqualTo(1);
    assertThat(fixture.err().lines())
        .containsExactly(
            "error: the base has no tokenizer",
            "error: no such file: /m/config.json",
            "error: disk full",
            "error: unexpected IllegalStateException: no elite (--stacktrace shows where)");
  }

  @Test
  void stackTraceComesOnRequest() {
    IllegalStateException failure = new IllegalStateException("no elite");
    assertThat(failing(failure, "run", QUICKSTART.toString(), "--stacktrace")).isEqualTo(1);
    assertThat(fixture.err())
        .contains("java.lang.IllegalStateException: no elite")
        .contains("at " + MainTest.class.getName() + ".stackTraceComesOnRequest");
  }

  @Test
  void helpAndVersionGoToStandardOutput() {
    assertThat(execute("--help")).isZero();
    assertThat(fixture.out())
        .contains("Usage: cycleqd")
        .contains("resume")
        .contains("cycleqd run experiments/configs/quickstart.yaml");
    assertThat(execute("run", "--help")).isZero();
    assertThat(fixture.out()).contains("PATH=VALUE").contains("CONFIG");
    assertThat(execute("train", "sft", "--help")).isZero();
    assertThat(execute("--version")).isZero();
    assertThat(fixture.out()).containsPattern("cycleqd [0-9]+\\.[0-9]+\\.[0-9]+ \\(Java 2[5-9]");
    assertThat(fixture.err()).isEmpty();
  }

  /**
   * picocli takes these texts for formats, and writes a warning before the help if they are none.
   */
  @Test
  void helpTextsAreFormats() {
    List<CommandLine> all = new ArrayList<>();
    all.add(new Main(() -> new Recorder(null), fixture.terminal(false, 80)).commands());
    for (int i = 0; i < all.size(); i++) {
      all.addAll(all.get(i).getSubcommands().values());
      CommandSpec spec = all.get(i).getCommandSpec();
      List<String> texts = new ArrayList<>(List.of(spec.usageMessage().description()));
      texts.addAll(List.of(spec.usageMessage().footer()));
      spec.args().forEach(argument -> texts.addAll(List.of(argument.description())));
      for (String text : texts) {
        assertThatCode(() -> text.formatted()).as(spec.qualifiedName()).doesNotThrowAnyException();
      }
    }
    assertThat(all).hasSizeGreaterThan(30);
  }

  @Test
  void noCommandShowsTheUsage() {
    assertThat(execute()).isEqualTo(2);
    assertThat(fixture.err()).contains("Usage: cycleqd");
  }

  /** Notes what the command line asked for, then fails if told to. */
  private final class Recorder implements Commands {

    private final @Nullable Exception failure;

    Recorder(@Nullable Exception failure) {
      this.failure = failure;
    }

    @Override
    public void run(RunConfig config, String command, boolean json, Terminal terminal)
        throws IOException {
      record(config, json);
    }

    @Override
    public void resume(Path run, String command, boolean json, Terminal terminal)
        throws IOException {
      record(run, json);
    }

    @Override
    public void train(TrainingConfig config, Terminal terminal) throws IOException {
      record(config);
    }

    private void record(Object... values) throws IOException {
      received.addAll(List.of(values));
      switch (failure) {
        case null -> {}
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        default -> throw new AssertionError(failure);
      }
    }
  }
}
