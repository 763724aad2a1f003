package org.cycleqd.engine.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.engine.Search;
import org.cycleqd.engine.SearchListener;
import org.cycleqd.engine.SearchOutcome;
import org.cycleqd.engine.SearchSettings;
import org.cycleqd.spectral.Genome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LandscapeTest {

  private static final List<String> TASKS = List.of("code", "db", "os");

  @TempDir Path folder;

  private static Landscape landscape(double conflict, double scatter, double noise) {
    return Landscape.of(TASKS, 5, 4, new LandscapeRule(3, conflict, 0.7, scatter, noise));
  }

  @Test
  void aTaskIsBestServedByItsOptimum() {
    Landscape landscape = landscape(0.6, 0.2, 0);
    for (int task = 0; task < 3; task++) {
      assertThat(landscape.quality(landscape.best(task), task)).isEqualTo(1);
      assertThat(landscape.quality(landscape.best((task + 1) % 3), task))
          .as("optima lie conflict * sqrt(2) apart")
          .isCloseTo(Math.exp(-0.36 * 2 / (2 * 0.49)), within(1e-6));
      for (int e = 0; e < 3; e++) {
        assertThat(landscape.quality(Genome.expert(landscape.layout(), e), task))
            .isBetween(0.0, 0.99);
      }
    }
  }

  @Test
  void conflictMovesTheOptimaFromTheAverageToTheExperts() {
    Landscape none = landscape(0, 0, 0);
    Landscape full = landscape(1, 0, 0);
    Genome average = Genome.uniform(none.layout(), 1 / 3.0, 1 / 3.0, 1 / 3.0);
    for (int task = 0; task < 3; task++) {
      assertThat(none.quality(average, task)).isCloseTo(1, within(1e-6));
      assertThat(full.quality(Genome.expert(full.layout(), task), task)).isEqualTo(1);
      assertThat(full.quality(average, task)).isLessThan(0.6);
    }
  }

  @Test
  void itemsFollowTheQualityAndTheirNoiseIsTheGenomes() throws Exception {
    Landscape exact = landscape(0.6, 0.1, 0);
    Landscape noisy = landscape(0.6, 0.1, 0.2);
    Genome genome = Genome.uniform(exact.layout(), 0.5, 0.3, 0.1);
    Evaluation plain = exact.evaluator(1000, "test").evaluate(genome);
    Evaluation disturbed = noisy.evaluator(1000, "test").evaluate(genome);
    for (int task = 0; task < 3; task++) {
      double quality = exact.quality(genome, task);
      assertThat(plain.scores().get(task)).isCloseTo(quality, within(0.0006));
      assertThat(disturbed.scores().get(task)).isCloseTo(quality, within(0.05));
    }
    assertThat(disturbed).isNotEqualTo(plain);
    assertThat(noisy.evaluator(1000, "test").evaluate(genome)).isEqualTo(disturbed);
    assertThat(noisy.evaluator(1000, "other").evaluate(genome)).isNotEqualTo(disturbed);
  }

  @Test
  void searchesFindWhatExpertsDoNotHave() throws Exception {
    Landscape landscape = landscape(0.5, 0, 0.05);
    SearchOutcome outcome =
        Search.of(SearchSettings.paper(1, TASKS).withBudget(200, 2), landscape.layout(), Map.of())
            .run(folder, landscape.evaluator(60, "optimisation"), 2, SearchListener.NONE);
    double bestExpert = mean(landscape, Genome.expert(landscape.layout(), 0));
    assertThat(mean(landscape, outcome.best().orElseThrow().genome()))
        .isGreaterThan(bestExpert + 0.1);
    assertThat(RunHistory.read(RunHistory.journal(folder)).candidates()).hasSize(203);
  }

  private static double mean(Landscape landscape, Genome genome) {
    double sum = 0;
    for (int task = 0; task < 3; task++) {
      sum += landscape.quality(genome, task) / 3;
    }
    return sum;
  }

  @Test
  void rulesOutsideTheirRangesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LandscapeRule(1, 1.5, 1, 0, 0))
        .withMessage("conflict must lie in [0, 1], was 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LandscapeRule(1, 0.5, 0, 0, 0))
        .withMessage("width must be positive, was 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LandscapeRule(1, 0.5, 1, -1, 0))
        .withMessage("scatter must not be negative, was -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LandscapeRule(1, 0.5, 1, 0, Double.NaN))
        .withMessage("noise must not be negative, was NaN");
  }
}
