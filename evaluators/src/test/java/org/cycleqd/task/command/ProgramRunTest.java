package org.cycleqd.task.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.TaskCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramRunTest {

  @TempDir Path folder;

  private Asking.Program python(String code, double seconds) throws Exception {
    Files.writeString(folder.resolve("judge.py"), code);
    return new Asking.Program(
        List.of("python3", "judge.py", "{folder}", "{items}"),
        List.of("PATH", "HOME"),
        Duration.ofMillis(Math.round(seconds * 1000)),
        folder);
  }

  private static final Map<String, String> VALUES = Map.of("folder", "/m", "items", "2");

  @Test
  void givesTheScoresThatTheProgramPrints() throws Exception {
    String code =
        """
        import sys, os, json
        assert sys.argv[1:] == ['/m', '2'], sys.argv
        assert 'JAVA_HOME' not in os.environ and 'PATH' in os.environ
        assert sys.stdin.read() == ''
        print('noise', file=sys.stderr)
        print(json.dumps({'score': 0.625, 'items': [1, 0.25]}))
        """;
    assertThat(ProgramRun.scores(python(code, 60), VALUES, 2)).containsExactly(1, 0.25);
    assertThat(ProgramRun.scores(python("print('{\"score\": 0.5}')", 60), VALUES, 1))
        .containsExactly(0.5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "print('hello') | printed no JSON object",
        "print('{}') | items: found nothing, expected a list of 2 scores",
        "print('[1, 2]') | printed [1,2], expected an object with the key items",
        "print('{\"items\": [1, 1], \"metric\": 3}') | printed the unknown key metric",
        "print('{\"items\": [1]}') | items: found a list of 1, expected a list of 2 scores",
        "print('{\"items\": [1, 1.5]}') | items.1: found 1.5, expected a number in [0, 1]",
        "print('{\"items\": [1, \"1\"]}') | items.1: found \"1\", expected a number in [0, 1]",
        "print('{\"items\": [1, NaN]}') | printed no JSON object",
        "print('{\"items\": [1, 0], \"score\": 0.4}') | score: found 0.4, expected the mean of the items, 0.5",
        "print('{\"items\": [1, 0]} {}') | printed no JSON object",
        "import sys; print('{\"items\": [1, 0]}'); sys.exit('broken lens') | exit status 1, expected 0; its last errors: broken lens",
      })
  void whatElseItPrintsIsRefused(String code, String problem) throws Exception {
    Asking.Program how = python(code, 60);
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> ProgramRun.scores(how, VALUES, 2))
        .withMessageStartingWith("command 'python3 judge.py {folder} {items}': ")
        .withMessageContaining(problem);
  }

  @Test
  void aProgramThatIsLateIsKilledWithAllItStarted() throws Exception {
    String code =
        """
        import os, subprocess, sys, time
        child = subprocess.Popen(['setsid', 'sleep', '600'])
        open('pid', 'w').write(str(child.pid))
        print('waiting', file=sys.stderr, flush=True)
        time.sleep(600)
        """;
    Asking.Program late = python(code, 3);
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> ProgramRun.scores(late, VALUES, 2))
        .withMessageContaining("has not ended after 3.0 s; its last errors: waiting");
    assertThat(gone()).isTrue();

    // So is what a program leaves behind that ended in time.
    ProgramRun.scores(
        python(code.replace("time.sleep(600)", "print('{\"items\": [0, 1]}')"), 60), VALUES, 2);
    assertThat(gone()).isTrue();
  }

  private boolean gone() throws Exception {
    long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
    Optional<CompletableFuture<ProcessHandle>> end =
        ProcessHandle.of(pid).map(ProcessHandle::onExit);
    if (end.isPresent()) {
      end.get().get();
    }
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty();
  }

  @Test
  void aProgramThatDoesNotStartIsAFailure() {
    Asking.Program none =
        new Asking.Program(
            List.of("/no/such/program", "{folder}"), List.of(), Duration.ofSeconds(5), folder);
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> ProgramRun.scores(none, VALUES, 1))
        .withMessageContaining("command '/no/such/program {folder}': does not start: ");
  }

  @Test
  void theFileIsReadStrictly() throws Exception {
    refused("{\"argv\": []}", "argv: found [], expected a program and its arguments");
    refused("{\"argv\": [\"x\"]}", "expected {endpoint} or {folder} in it");
    refused("{\"argv\": [\"x\", 3]}", "argv.1: found 3, expected a text");
    refused("{\"argv\": [\"{folder}\"], \"timeout\": 0}", "timeout: found 0");
    refused("{\"argv\": [\"{folder}\"], \"environment\": \"PATH\"}", "environment: found");
    refused("{\"argv\": [\"{folder}\"], \"shell\": true}", "unknown key shell");
    refused("argv", "not JSON");
  }

  private void refused(String text, String problem) throws Exception {
    Path file = Files.writeString(folder.resolve("bad.json"), text);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CommandTask.of(new TaskCatalogue.Data(file, "")))
        .withMessageContaining(file + ": ")
        .withMessageContaining(problem);
  }

  @Test
  void itemsAreNamedByTheProgramsContent() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("judge.v1.json"),
            "{\"argv\": [\"python3\", \"judge.py\", \"{endpoint}\"], \"timeout\": 1.5}");
    Files.writeString(folder.resolve("judge.py"), "print(1)");
    CommandTask task = CommandTask.of(new TaskCatalogue.Data(file, ""));
    assertThat(task.name()).isEqualTo("judge.v1");
    assertThat(task.asking())
        .isEqualTo(
            new Asking.Program(
                List.of("python3", "judge.py", "{endpoint}"),
                List.of("PATH", "HOME", "LANG"),
                Duration.ofMillis(1500),
                folder.toAbsolutePath()));
    List<Item> items = task.items(Split.OPTIMISATION, 5, 7);
    assertThat(task.items(Split.OPTIMISATION, 3, 7)).isEqualTo(items.subList(0, 3));
    assertThat(CommandTask.range(items.subList(1, 4)))
        .isEqualTo(new CommandTask.Range("optimisation", 7, 1, 3));
    assertThat(task.items(Split.TEST, 5, 7)).doesNotContainAnyElementsOf(items);
    assertThat(task.judge(items.subList(0, 2), List.of("0.25", "much")))
        .extracting(verdict -> verdict.score())
        .containsExactly(0.25, 0.0);
    Files.writeString(folder.resolve("judge.py"), "print(2)");
    assertThat(
            CommandTask.of(new TaskCatalogue.Data(file, ""))
                .items(Split.OPTIMISATION, 1, 7)
                .getFirst()
                .id())
        .isNotEqualTo(items.getFirst().id());
  }
}
