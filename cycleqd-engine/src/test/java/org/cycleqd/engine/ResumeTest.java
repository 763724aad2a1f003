package org.cycleqd.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.cycleqd.spectral.ExpertBasisMutation;
import org.cycleqd.spectral.Granularity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {

  private static final SearchSettings SETTINGS = Toy.settings(7, 3);

  @TempDir Path folder;
  private Path journal = Path.of("");
  private byte[] whole = {};

  @BeforeEach
  void runOnce() throws Exception {
    Toy.run(folder, SETTINGS);
    journal = RunHistory.journal(folder);
    whole = Files.readAllBytes(journal);
  }

  @Test
  void aRunKilledAfterAnyRecordEndsWithTheSameJournal() throws Exception {
    int records = 0;
    for (int length = 0; length <= whole.length; length++) {
      if (length == 0 || whole[length - 1] == '\n') {
        AtomicInteger count = new AtomicInteger();
        resumeFrom(length, count);
        // Of 12 records one is the header and one the archives; 10 candidates are scored in all.
        int scored = records <= 4 ? Math.max(0, records - 1) : records - 2;
        assertThat(count).as("evaluations after %d records", records).hasValue(10 - scored);
        records++;
      }
    }
    assertThat(records).isEqualTo(13);
  }

  @Test
  void aRunKilledAtAnyByteOfTheLastRecordEndsWithTheSameJournal() throws Exception {
    for (int length = lineStart(12); length < whole.length; length++) {
      resumeFrom(length, new AtomicInteger());
    }
  }

  @Test
  void aRunKilledInsideAnyRecordEndsWithTheSameJournal() throws Exception {
    for (int line = 1; line <= 12; line++) {
      for (int into : new int[] {1, 9, 75, 90}) {
        resumeFrom(lineStart(line) + into, new AtomicInteger());
      }
    }
  }

  @Test
  void aLastRecordFullOfZerosIsCutOff() throws Exception {
    byte[] zeros = whole.clone();
    Arrays.fill(zeros, lineStart(12) + 5, zeros.length, (byte) 0);
    Files.write(journal, zeros);
    Toy.run(folder, SETTINGS);
    assertThat(Files.readAllBytes(journal)).isEqualTo(whole);
  }

  @Test
  void damageBeforeTheTailIsAnErrorThatNamesTheLine() throws Exception {
    byte[] damaged = whole.clone();
    damaged[lineStart(6) + 120] ^= 1;
    Files.write(journal, damaged);
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> Toy.run(folder, SETTINGS))
        .withMessageContaining(journal + ", line 6: damaged");
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> RunHistory.read(journal))
        .withMessageContaining("line 6");
    assertThat(Files.readAllBytes(journal)).isEqualTo(damaged);
  }

  @Test
  void aMissingLineIsAnError() throws Exception {
    List<String> lines = Files.readAllLines(journal);
    Files.writeString(
        journal,
        String.join("\n", lines.subList(0, 7)) + "\n" + String.join("\n", lines.subList(8, 12)));
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> Toy.run(folder, SETTINGS))
        .withMessageContaining("line 8: damaged");
  }

  @Test
  void anotherFileIsNotOverwritten() throws Exception {
    Files.writeString(journal, "notes of mine");
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> Toy.run(folder, SETTINGS))
        .withMessage(journal + ", line 1: this is not a journal");
    assertThat(journal).hasContent("notes of mine");
  }

  @Test
  void aHeaderOfAnotherRunIsAnErrorThatNamesTheField() {
    assertRefused(Toy.settings(8, 3), "settings.children is 7 there and 8 in this run");
    assertRefused(
        SETTINGS.withGrid(new GridRule(10, 0.85, 1.15)),
        "settings.grid.bins is 15 there and 10 in this run");
    assertRefused(
        SETTINGS.withSampling(new Sampling.Uniform()),
        "settings.sampling.method is \"elite\" there and \"uniform\" in this run");
    assertRefused(
        SETTINGS.withVariation(
            new Variation(Granularity.TENSOR, 1, 0.03, List.of(new ExpertBasisMutation(0.1)))),
        "settings.variation.granularity is \"model\" there and \"tensor\" in this run");
    assertRefused(
        SETTINGS.withVariation(
            new Variation(Granularity.MODEL, 1, 0.03, List.of(new ExpertBasisMutation(0.1)))),
        "settings.variation.mutations[0].maximum is 0.3 there and 0.1 in this run");
  }

  @Test
  void otherDigestsAreAnError() {
    Search other = Search.of(SETTINGS, Toy.LAYOUT, Map.of("base", "toy", "prompt", "abc"));
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> other.run(folder, Toy::evaluate, 1, SearchListener.NONE))
        .withMessageContaining("line 1")
        .withMessageContaining("digests.prompt is absent there and \"abc\" in this run");
  }

  @Test
  void aJournalWhoseGenomeIsNotTheOneBredIsAnError() throws Exception {
    List<String> lines = Files.readAllLines(journal);
    StringBuilder forged = new StringBuilder();
    String chain = "";
    for (String line : lines) {
      String record = line.substring(line.indexOf("\"record\":") + 9, line.length() - 1);
      if (record.contains("\"number\":5")) {
        record = record.replaceFirst("\"genome\":\"[0-9a-f]{8}", "\"genome\":\"00000000");
      }
      chain = JournalLines.chain(chain, record);
      forged.append(JournalLines.line(chain, record)).append('\n');
    }
    Files.writeString(journal, forged);
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> Toy.run(folder, SETTINGS))
        .withMessageContaining("line 8")
        .withMessageContaining("genome is \"00000000");
  }

  private void assertRefused(SearchSettings settings, String message) {
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> Toy.run(folder, settings))
        .withMessageContaining(journal + ", line 1")
        .withMessageContaining(message);
  }

  private void resumeFrom(int length, AtomicInteger count)
      throws IOException, InterruptedException {
    Files.write(journal, Arrays.copyOf(whole, length));
    Toy.search(SETTINGS).run(folder, Toy.counting(count), 2, SearchListener.NONE);
    assertThat(Files.readAllBytes(journal)).as("resumed from byte %d", length).isEqualTo(whole);
  }

  private int lineStart(int line) {
    String text = new String(whole, UTF_8);
    int start = 0;
    for (int i = 1; i < line; i++) {
      start = text.indexOf('\n', start) + 1;
    }
    return start;
  }
}
