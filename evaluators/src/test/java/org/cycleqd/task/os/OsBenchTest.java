package org.cycleqd.task.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cycleqd.sandbox.Machines;
import org.cycleqd.sandbox.SandboxUnavailableException;
import org.cycleqd.task.Verdict;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class OsBenchTest {
  /** All records instead of every so manieth, which takes a minute or two. */
  private static final boolean WHOLE = System.getenv("CYCLEQD_WHOLE") != null;

  private static final int STEP = WHOLE ? 1 : 12;

  /** The check reads whole numbers only, and the reference prints sizes such as 5.4G. */
  private static final Set<Integer> EXCEPTIONS = Set.of(42, 153);

  /** There is no other user to own files, no sudo and no network to get it from. */
  private static final Set<Integer> UNSOLVABLE = Set.of(49, 52, 53, 55);

  /** Its check visits every folder of the host's libraries, each by a shell of its own. */
  private static final int SLOW = 38;

  private static final List<OsRecord> RECORDS = OsRecord.cycleqd();

  private static Machines machines() {
    try {
      return Machines.locate();
    } catch (SandboxUnavailableException missing) {
      return Assumptions.abort(String.valueOf(missing.getMessage()));
    }
  }

  private record Outcome(int number, boolean reference, boolean other, String reason) {}

  private static Outcome outcome(OsRecord record, Machines machines) throws IOException {
    try (OsEpisode episode = OsEpisode.open(record, machines)) {
      Optional<String> answer = episode.reference();
      Verdict verdict = episode.judge(answer);
      boolean other = episode.judge(Optional.of("no such answer")).correct();
      return new Outcome(record.number(), verdict.correct(), other, verdict.reason());
    } catch (IOException e) {
      throw new IOException("record %d: %s".formatted(record.number(), e.getMessage()), e);
    }
  }

  @Test
  void referencesSolveTheRecordsThatCompareWithThem() throws Exception {
    Machines machines = machines();
    List<OsRecord> compared = RECORDS.stream().filter(OsRecord::comparesWithReference).toList();
    assertThat(compared).hasSize(142);
    List<Future<Outcome>> outcomes = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < compared.size(); i += STEP) {
        OsRecord record = compared.get(i);
        outcomes.add(executor.submit(() -> outcome(record, machines)));
      }
    }
    Set<String> wrong = new TreeSet<>();
    for (Future<Outcome> each : outcomes) {
      Outcome outcome = each.get();
      assertThat(outcome.other()).as("record %d", outcome.number()).isFalse();
      if (!outcome.reference() && !EXCEPTIONS.contains(outcome.number())) {
        wrong.add(outcome.number() + " " + outcome.reason());
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void machinesAreJudgedByWhatWasDone() throws Exception {
    Machines machines = machines();
    List<OsRecord> checked =
        RECORDS.stream()
            .filter(record -> record.match().isEmpty() && !record.comparesWithReference())
            .toList();
    assertThat(checked).hasSize(14);
    for (int i = 0; i < checked.size(); i += WHOLE ? 1 : 4) {
      OsRecord record = checked.get(i);
      try (OsEpisode idle = OsEpisode.open(record, machines)) {
        assertThat(idle.judge(Optional.empty()).correct()).as("%s idle", record).isFalse();
      }
      try (OsEpisode episode = OsEpisode.open(record, machines)) {
        Verdict verdict = episode.judge(episode.reference());
        if (record.number() != SLOW) {
          assertThat(verdict.correct())
              .as("%s: %s", record, verdict)
              .isEqualTo(!UNSOLVABLE.contains(record.number()));
        }
      }
    }
  }

  @Test
  void answersAreMatchedAsTheRecordSays() throws IOException {
    Machines machines = machines();
    OsRecord record =
        RECORDS.stream().filter(each -> each.match().isPresent()).findFirst().orElseThrow();
    try (OsEpisode episode = OsEpisode.open(record, machines)) {
      String answer = record.match().orElseThrow().answer();
      assertThat(episode.judge(Optional.of(answer)).correct()).isTrue();
      assertThat(episode.judge(Optional.of(answer + "0")).correct()).isFalse();
      assertThat(episode.judge(Optional.empty()).correct()).isFalse();
    }
  }

  @Test
  void aShellKeepsItsStateAndIsCutWhenItIsLateOrTalksTooMuch() throws IOException {
    Machines machines = machines();
    OsRecord record = RECORDS.getFirst();
    try (OsEpisode episode = OsEpisode.open(record, machines)) {
      assertThat(episode.act("cd /tmp; x=5")).contains("The output of the OS is empty.");
      assertThat(episode.act("pwd; echo $x")).contains("The output of the OS:\n\n/tmp\n5");
      assertThat(episode.act("head -c 5000 /dev/zero | tr '\\0' a").orElseThrow())
          .endsWith("a\n[truncated because the output is too long]");
      assertThat(episode.act("cat")).as("waits for input").isEmpty();
    }
  }

  @Test
  void nothingLeavesAMachine() throws IOException {
    Machines machines = machines();
    OsRecord record = RECORDS.getFirst();
    try (OsEpisode episode = OsEpisode.open(record, machines)) {
      assertThat(episode.act("id -u; hostname").orElseThrow()).endsWith("0\nmachine");
      assertThat(episode.act("echo x > /usr/new; cat /usr/new").orElseThrow()).endsWith("x");
      assertThat(
              episode
                  .act("(: </dev/tcp/1.1.1.1/53) 2>&1 | grep -q nreachable && echo none")
                  .orElseThrow())
          .endsWith("none");
      assertThat(
              episode.act("ls /work /.old /root /home 2>/dev/null | grep -c cycleqd").orElseThrow())
          .endsWith("0");
      assertThat(
              episode.act("touch /.host/bin/x /usr/lib/x 2>&1 | grep -c Read-only").orElseThrow())
          .endsWith("2");
      assertThat(episode.act("echo 1 > /proc/sys/kernel/panic && echo written").orElseThrow())
          .doesNotContain("written");
      assertThat(episode.act("kill -9 1; kill -9 -1; echo on").orElseThrow()).endsWith("on");
      assertThat(
              episode
                  .act("python3 -c 'import ctypes; print(ctypes.CDLL(None).ptrace(16, 1, 0, 0))'")
                  .orElseThrow())
          .endsWith("-1");
      assertThat(episode.act("cat /proc/1/environ; mount -t tmpfs x /mnt && echo in").orElseThrow())
          .doesNotContain("PATH", "HOME")
          .doesNotEndWith("in");
      assertThat(episode.judge(Optional.of("1")).correct()).isFalse();
    }
    assertThat(Path.of("/usr/new")).doesNotExist();
  }
}
