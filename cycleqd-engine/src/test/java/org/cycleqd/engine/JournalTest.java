package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cycleqd.digest.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

  @TempDir Path folder;

  /** Holds a journal open until its input ends; run as a process of its own. */
  static final class Holder {

    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (Journal journal = Journal.open(Path.of(arguments[0]), new SyncPolicy.EachRecord())) {
        System.out.println(journal.records().size());
        System.out.flush();
        while (System.in.read() >= 0) {}
      }
    }
  }

  @Test
  void readsBackWhatWasAppended() throws Exception {
    try (Journal journal = Journal.open(folder, new SyncPolicy.EachRecord())) {
      journal.append("{\"a\":1}");
      journal.append("{\"b\":\"Größe\"}");
    }
    try (Journal journal = Journal.open(folder, new SyncPolicy.EachRecord())) {
      assertThat(journal.records()).containsExactly("{\"a\":1}", "{\"b\":\"Größe\"}");
      journal.append("{\"c\":3}");
    }
    assertThat(JournalLines.read(folder.resolve(Journal.FILE)).records()).hasSize(3);
  }

  @Test
  void theChainDependsOnAllEarlierRecords() throws Exception {
    try (Journal journal = Journal.open(folder.resolve("one"), new SyncPolicy.EachRecord())) {
      journal.append("{\"a\":1}");
      journal.append("{\"b\":2}");
    }
    try (Journal journal = Journal.open(folder.resolve("two"), new SyncPolicy.EachRecord())) {
      journal.append("{\"a\":2}");
      journal.append("{\"b\":2}");
    }
    String one = Files.readAllLines(folder.resolve("one").resolve(Journal.FILE)).getLast();
    String two = Files.readAllLines(folder.resolve("two").resolve(Journal.FILE)).getLast();
    assertThat(one).isNotEqualTo(two).endsWith(",\"record\":{\"b\":2}}");
    assertThat(one).startsWith("{\"chain\":\"" + Sha256.of(Sha256.of("{\"a\":1}") + "{\"b\":2}"));
  }

  @Test
  void oneProcessCannotOpenItTwice() throws Exception {
    try (Journal journal = Journal.open(folder, new SyncPolicy.EachRecord())) {
      assertThat(journal.records()).isEmpty();
      assertThatExceptionOfType(JournalException.class)
          .isThrownBy(() -> Journal.open(folder, new SyncPolicy.EachRecord()))
          .withMessageContaining("another run holds this lock");
    }
    Journal.open(folder, new SyncPolicy.EachRecord()).close();
  }

  @Test
  void aSecondProcessIsRefused() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(holder.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("0");
      assertThatExceptionOfType(JournalException.class)
          .isThrownBy(() -> Toy.run(folder, Toy.settings(1, 1)))
          .withMessageContaining(folder.resolve(RunLock.FILE).toString());
    } finally {
      holder.getOutputStream().close();
      assertThat(holder.waitFor()).isZero();
    }
    Toy.run(folder, Toy.settings(1, 1));
  }
}
