package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.cycleqd.spectral.CoefficientGaussianMutation;
import org.cycleqd.spectral.Granularity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForkTest {

  private static final SearchSettings SETTINGS = Toy.settings(20, 3);

  @TempDir Path folder;
  private Path first = Path.of("");
  private Path second = Path.of("");

  @BeforeEach
  void runOnce() throws Exception {
    first = folder.resolve("first");
    second = folder.resolve("second");
    Toy.run(first, SETTINGS);
  }

  private static RunHistory history(Path run) throws Exception {
    return RunHistory.read(RunHistory.journal(run));
  }

  /** More children with nothing else changed are the children of a longer run. */
  @Test
  void moreChildrenAreThoseOfALongerRun() throws Exception {
    RunFork.write(first, 22, second, Toy.settings(35, 3));
    AtomicInteger count = new AtomicInteger();
    Toy.search(Toy.settings(35, 3)).run(second, Toy.counting(count), 2, SearchListener.NONE);
    assertThat(count).as("only new children are scored").hasValue(15);
    Toy.run(folder.resolve("long"), Toy.settings(35, 3));
    assertThat(history(second).candidates())
        .isEqualTo(history(folder.resolve("long")).candidates());
    ForkPoint fork = Objects.requireNonNull(history(second).header().fork());
    assertThat(fork.journal()).isEqualTo(history(first).digest());
    assertThat(fork.settings()).isEqualTo(SETTINGS);
  }

  /** Operators, archives and seed may change; what is taken over keeps its genomes and scores. */
  @Test
  void otherSettingsHoldFromTheForkOn() throws Exception {
    SearchSettings other =
        new SearchSettings(
            99,
            SETTINGS.tasks(),
            30,
            2,
            new GridRule(4, 0.5, 2),
            new Sampling.Uniform(),
            new Variation(
                Granularity.TENSOR,
                1,
                0.1,
                List.of(new CoefficientGaussianMutation(0.1, Granularity.TENSOR))),
            1,
            null);
    RunFork.write(first, 12, second, other);
    Toy.run(second, other);
    List<CandidateRecord> before = history(first).candidates();
    List<CandidateRecord> after = history(second).candidates();
    assertThat(after).hasSize(33);
    for (int n = 0; n <= 12; n++) {
      assertThat(after.get(n).genome()).isEqualTo(before.get(n).genome());
      assertThat(after.get(n).scores()).isEqualTo(before.get(n).scores());
    }
    assertThat(after.get(13).genome()).isNotEqualTo(before.get(13).genome());
    assertThat(history(second).axes().getFirst().bins()).isEqualTo(4);

    // A fork of the fork, inside what the fork took over and behind it.
    for (int at : new int[] {8, 25}) {
      Path third = folder.resolve("third-" + at);
      RunFork.write(second, at, third, Toy.settings(28, 4));
      Toy.run(third, Toy.settings(28, 4));
      String journal = Toy.journal(third);
      Files.writeString(RunHistory.journal(third), journal.substring(0, journal.length() * 9 / 10));
      Toy.run(third, Toy.settings(28, 4));
      assertThat(Toy.journal(third)).isEqualTo(journal);
      Pedigree pedigree = Pedigree.of(history(third), Toy.LAYOUT, SearchStrategy.Catalogue.CYCLEQD);
      for (int n : new int[] {at - 1, at, at + 1, 30}) {
        assertThat(pedigree.candidate(n).digest())
            .isEqualTo(history(third).candidates().get(n).genome());
      }
    }
    ForkPoint inside = Objects.requireNonNull(history(folder.resolve("third-8")).header().fork());
    assertThat(inside.settings()).isEqualTo(SETTINGS);
    assertThat(inside.fork()).isNull();
  }

  @Test
  void aForkIsRefusedWhereItDoesNotFit() throws Exception {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunFork.write(first, 1, second, SETTINGS))
        .withMessage(
            "candidate 1: expected one from 2, the last expert, to 22, the last of the run");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunFork.write(first, 23, second, SETTINGS))
        .withMessageContaining("candidate 23");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunFork.write(first, 22, second, Toy.settings(10, 3)))
        .withMessage("children: found 10, expected at least the 20 that are taken over");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            RunFork.write(first, 22, second, SearchSettings.paper(1, List.of("os", "db", "x"))))
        .withMessageContaining("tasks: found [os, db, x]");
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> RunFork.write(first, 22, first, SETTINGS));
    RunFork.write(first, 10, second, SETTINGS);
    Search otherModels = Search.of(SETTINGS, Toy.LAYOUT, Map.of("base", "another"));
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> otherModels.run(second, Toy::evaluate, 1, SearchListener.NONE))
        .withMessageContaining("digests.base");
  }
}
