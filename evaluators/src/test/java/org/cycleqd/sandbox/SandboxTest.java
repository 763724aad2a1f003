package org.cycleqd.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SandboxTest {

  /** Each program that isolates here; a host without any has these tests skipped. */
  static Stream<Sandbox> sandboxes() {
    Map<Class<?>, Sandbox> byKind = new LinkedHashMap<>();
    for (Backend backend : Sandbox.candidates()) {
      working(backend).forEach(sandbox -> byKind.putIfAbsent(backend.getClass(), sandbox));
    }
    Collection<Sandbox> working = byKind.values();
    Assumptions.assumeFalse(working.isEmpty(), "neither bwrap nor unshare works on this host");
    return working.stream();
  }

  private static Stream<Sandbox> working(Backend backend) {
    try {
      return Stream.of(Sandbox.firstWorking(List.of(backend)));
    } catch (SandboxUnavailableException missing) {
      return Stream.empty();
    }
  }

  private static Completion shell(Sandbox sandbox, String script) {
    return sandbox.run(Command.of("/bin/sh", "-c", script));
  }

  @ParameterizedTest
  @MethodSource("sandboxes")
  void passesInputOutputAndExitCode(Sandbox sandbox) {
    Completion done =
        sandbox.run(
            Command.of("/bin/sh", "-c", "tr a-z A-Z; echo late >&2; exit 7").reading("abc"));
    assertThat(done).isEqualTo(new Completion(7, "ABC", "late\n", false, false));
  }

  @ParameterizedTest
  @MethodSource("sandboxes")
  void showsNothingOfTheHostButItsPrograms(Sandbox sandbox) {
    Completion done =
        shell(sandbox, "ls /; cat /etc/shadow /etc/passwd; ls /home /root /work; echo \"$HOME\"");
    assertThat(done.output().lines())
        .allMatch(line -> line.matches("bin|sbin|dev|etc|lib(32|64|x32)?|tmp|usr|/tmp"));
  }

  @ParameterizedTest
  @MethodSource("sandboxes")
  void onlyItsOwnScratchFolderCanBeWritten(Sandbox sandbox) {
    Completion done =
        shell(
            sandbox,
            "for f in / /dev/ /usr/ /etc/ /tmp/; do (echo x >${f}new) 2>/dev/null && echo $f; done");
    assertThat(done.output()).isEqualTo("/tmp/\n");
  }

  @ParameterizedTest
  @MethodSource("sandboxes")
  void hasNoNetwork(Sandbox sandbox) {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "bash is missing");
    Completion done =
        sandbox.run(
            Command.of(
                "/bin/bash",
                "-c",
                "(: </dev/tcp/127.0.0.1/1) 2>&1; (: </dev/udp/1.1.1.1/53) 2>&1"));
    assertThat(done.output()).contains("1.1.1.1").contains("unreachable");
  }

  @ParameterizedTest
  @MethodSource("sandboxes")
  void seesABoundFolderReadOnly(Sandbox sandbox) throws IOException {
    Path folder = Files.createTempDirectory("bound");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path file = Files.writeString(folder.resolve("note"), "hello");
    Path inside = Path.of("/files");
    Completion done =
        sandbox.run(
            Command.of("/bin/sh", "-c", "cat note; echo spoilt >note; touch other; rm note")
                .in(inside, List.of(new ReadOnlyBind(folder, inside))));
    assertThat(done.output()).isEqualTo("hello");
    assertThat(Files.readString(file)).isEqualTo("hello");
    Files.delete(file);
    Files.delete(folder);
  }

  @ParameterizedTest
  @MethodSource("sandboxes")
  void timeUpEndsEverythingThatWasStarted(Sandbox sandbox) {
    Completion done =
        sandbox.run(
            Command.of("/bin/sh", "-c", "sleep 60 & (sleep 61 &) ; echo on; sleep 62")
                .under(Limits.DEFAULT.within(Duration.ofSeconds(1))));
    assertThat(done.timedOut()).isTrue();
    assertThat(done.output()).isEqualTo("on\n");
  }

  @ParameterizedTest
  @MethodSource("sandboxes")
  void anEndlessWriterIsCut(Sandbox sandbox) {
    Completion done = sandbox.run(Command.of("/usr/bin/yes"));
    assertThat(done.overflowed()).isTrue();
    assertThat(done.output()).hasSize(Limits.DEFAULT.outputBytes());
  }

  @ParameterizedTest
  @MethodSource("sandboxes")
  void memoryFilesAndProcessesAreLimited(Sandbox sandbox) {
    assertThat(shell(sandbox, "head -c 400000000 /dev/zero | sort >/dev/null").errors())
        .contains("memory");
    assertThat(shell(sandbox, "cat /dev/zero >/tmp/a; wc -c </tmp/a").output().strip())
        .isEqualTo(Long.toString(Limits.DEFAULT.fileBytes()));
  }

  @ParameterizedTest
  @MethodSource("sandboxes")
  void linksAndSignalsReachNothing(Sandbox sandbox) {
    Completion done =
        shell(
            sandbox,
            "ln -s / /tmp/r; ls /tmp/r/root /tmp/r/home; ln -s /proc/1/root /tmp/p; ls /tmp/p/;"
                + " (kill -9 1; kill -TERM 1); echo on");
    assertThat(done.output()).isEqualTo("on\n");
  }

  @ParameterizedTest
  @MethodSource("sandboxes")
  void aProgramThatStaysIsAskedLineByLineAndEndsWhenItIsLate(Sandbox sandbox) throws IOException {
    Command command =
        Command.of(
            "/bin/sh", "-c", "while read x; do [ $x = stop ] && sleep 60; echo got $x; done");
    try (Session session = sandbox.open(command)) {
      assertThat(session.ask("a", Duration.ofSeconds(10))).isEqualTo("got a");
      assertThat(session.ask("b", Duration.ofSeconds(10))).isEqualTo("got b");
      assertThatThrownBy(() -> session.ask("stop", Duration.ofSeconds(1)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the sandboxed program ended");
    }
  }

  @ParameterizedTest
  @MethodSource("sandboxes")
  void aSessionOutlivesTheThreadThatOpenedIt(Sandbox sandbox) throws Exception {
    Command command = Command.of("/bin/sh", "-c", "while read x; do echo got $x; done");
    FutureTask<Session> opening = new FutureTask<>(() -> sandbox.open(command));
    Thread opener = Thread.ofPlatform().start(opening);
    opener.join();
    try (Session session = opening.get()) {
      for (int i = 0; i < 5; i++) {
        Thread.sleep(50); // the kernel's signal comes some time after the thread's end
        assertThat(session.ask("a", Duration.ofSeconds(10))).isEqualTo("got a");
      }
    }
  }

  @Test
  void aForkBombEndsWithItsSandbox() {
    List<Sandbox> sandboxes = sandboxes().toList();
    Completion done =
        sandboxes
            .getFirst()
            .run(
                Command.of("/bin/sh", "-c", "b() { b | b & }; b; sleep 60")
                    .under(Limits.DEFAULT.within(Duration.ofSeconds(1))));
    assertThat(done.exitCode()).isNotZero();
  }

  @Test
  void refusesWhereNothingWorks() {
    Backend broken =
        new Backend() {
          @Override
          public List<String> wrap(Command command) {
            return List.of("/bin/sh", "-c", "echo not permitted >&2; exit 1");
          }

          @Override
          public String description() {
            return "broken";
          }
        };
    assertThatThrownBy(() -> Sandbox.firstWorking(List.of(broken)))
        .isInstanceOf(SandboxUnavailableException.class)
        .hasMessageContaining("apt-get install bubblewrap")
        .hasMessageContaining("broken: not permitted");
  }

  @Test
  void pythonStartsIsolated() {
    Sandbox sandbox = sandboxes().findFirst().orElseThrow();
    PythonInterpreter python;
    try {
      python = PythonInterpreter.locate(sandbox);
    } catch (SandboxUnavailableException missing) {
      Assumptions.abort("no Python 3 starts in the sandbox");
      return;
    }
    Completion done = sandbox.run(python.running("import os; print(os.getpid(), os.getcwd())"));
    assertThat(done.output()).isEqualTo("1 /tmp\n");
  }
}
