package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.cycleqd.archive.AddRule;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.Elite;
import org.cycleqd.engine.StoppingReplay.Saving;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoppingReplayTest {

  private static final SearchSettings SETTINGS =
      Toy.settings(90, 3).withGrid(new GridRule(4, 0.85, 1.15));

  @TempDir Path folder;

  private RunHistory run(String name, SearchSettings settings, NoisyItems items) throws Exception {
    Path own = folder.resolve(name);
    Toy.search(settings).run(own, items, 1, SearchListener.NONE);
    return RunHistory.read(RunHistory.journal(own));
  }

  @Test
  void aReplaySavesWhatTheRuleSavesInARun() throws Exception {
    Stopping lossless = new Stopping.Lossless(2);
    StoppingReplay replay = StoppingReplay.of(run("all", SETTINGS, NoisyItems.binary(true)));
    NoisyItems some = NoisyItems.binary(true);
    RunHistory stopped = run("some", SETTINGS.withStopping(lossless), some);
    Saving saving = replay.saving(lossless);
    assertThat(saving.children()).isEqualTo(90);
    assertThat(saving.items()).isEqualTo(90 * 3 * Toy.ITEMS);
    assertThat(saving.asked()).isEqualTo(some.asked().get() - 3 * 3 * Toy.ITEMS);
    assertThat(saving.lost()).isZero();
    assertThat(saving.stopped())
        .isPositive()
        .isEqualTo((int) stopped.candidates().stream().filter(it -> it.scores().isEmpty()).count());
    Saving proofs = replay.shortestProofs();
    Saving rejected = replay.rejected();
    assertThat(proofs.share()).isGreaterThanOrEqualTo(saving.share());
    assertThat(rejected.share()).isGreaterThan(proofs.share());
    assertThat(proofs.lost() + rejected.lost()).isZero();
  }

  @Test
  void predictionsLoseFewerTheSmallerTheirErrorLevel() throws Exception {
    StoppingReplay replay = StoppingReplay.of(run("all", SETTINGS, NoisyItems.binary(true)));
    Saving strict = replay.saving(new Stopping.Predictive(6, 0.01));
    Saving bold = replay.saving(new Stopping.Predictive(6, 0.3));
    assertThat(strict.lost()).isLessThanOrEqualTo(strict.stopped() / 5);
    assertThat(bold.share()).isGreaterThan(strict.share());
    NoisyItems some = NoisyItems.binary(true);
    Stopping rule = new Stopping.Predictive(6, 0.05);
    RunHistory run = run("run", SETTINGS.withStopping(rule), some);
    assertThat(run.header().settings().stopping()).isEqualTo(rule);
    assertThat(some.asked().get()).isLessThan(93L * 3 * Toy.ITEMS);
  }

  /** Against trying every number of every kind. */
  @Test
  void theShortestProofIsTheShortest() {
    int items = 6;
    for (int seed = 0; seed < 60; seed++) {
      Draws draws = Draws.at(11, seed);
      List<Axis> axes =
          List.of(Axis.of("a", 0, 1, 3), Axis.of("b", 0.1, 0.8, 2), Axis.of("c", 0, 1, 2));
      ArchiveCycle archives = ArchiveCycle.of(axes);
      int number = 0;
      for (int i = 0; i < 25; i++) {
        archives.offer(new Elite(number++, scores(draws.child("elite").child(i), items)));
      }
      List<Double> own = scores(draws.child("own"), items);
      double[][] vectors = new double[3][items];
      for (int k = 0; k < 3; k++) {
        for (int i = 0; i < Math.round(own.get(k) * items); i++) {
          vectors[k][i] = 1;
        }
      }
      Bars bars = new Bars(archives.bars().orElseThrow(), 0.7);
      Evaluation evaluation = Evaluation.of(vectors);
      int expected = exhaustive(bars, own, items);
      assertThat(ShortestProof.spares(bars, Optional.of(axes), evaluation)).isEqualTo(expected);
      assertThat(ShortestProof.spares(bars, Optional.empty(), evaluation)).isEqualTo(expected);
    }
  }

  private static List<Double> scores(Draws draws, int items) {
    return List.of(
        draws.below(0, items + 1) / (double) items,
        draws.below(1, items + 1) / (double) items,
        draws.below(2, items + 1) / (double) items);
  }

  private static int exhaustive(Bars bars, List<Double> own, int items) {
    int best = 0;
    int choices = (items + 1) * (items + 1);
    for (int all = 0; all < choices * choices * choices; all++) {
      double[] low = new double[3];
      double[] high = new double[3];
      int rest = all;
      int sum = 0;
      boolean possible = true;
      for (int k = 0; k < 3; k++) {
        int solved = (int) Math.round(own.get(k) * items);
        int down = rest % (items + 1);
        int up = rest / (items + 1) % (items + 1);
        rest /= choices;
        possible &= down <= solved && up <= items - solved;
        low[k] = (double) (solved - down) / items;
        high[k] = (double) (solved + up) / items;
        sum += down + up;
      }
      if (possible && sum > best && bars.closed(new Bounds(low, high))) {
        best = sum;
      }
    }
    return best;
  }

  @Test
  void aRunThatStoppedOrHasNoBarsIsRefused() throws Exception {
    RunHistory stopped =
        run(
            "stopped",
            Toy.settings(2, 1).withStopping(new Stopping.Lossless(1)),
            NoisyItems.binary(true));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoppingReplay.of(stopped))
        .withMessageContaining("search.stopping");
    RunHistory novelty =
        run(
            "novelty",
            Toy.settings(2, 1)
                .withArchive(new ArchiveForm(null, new AddRule.DominatedNovelty(4, 2))),
            NoisyItems.binary(true));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoppingReplay.of(novelty))
        .withMessageContaining("archive.add");
  }
}
