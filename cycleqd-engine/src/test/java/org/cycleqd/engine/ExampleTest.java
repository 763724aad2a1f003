package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;
import org.cycleqd.spectral.TensorSite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the package's introduction and of the module's README, in full. */
class ExampleTest {

  @TempDir Path folder;

  private static double coding(Genome genome) {
    return Math.sqrt(genome.coefficients().get(0).get(0).scale());
  }

  private static double maths(Genome genome) {
    return genome.coefficients().get(1).get(0).scale();
  }

  @Test
  void searchesInTenLines() throws Exception {
    GenomeLayout layout =
        new GenomeLayout(List.of("coder", "mathematician"), List.of(new TensorSite("up", 0, 8)));
    Evaluator evaluator =
        genome -> Evaluation.of(new double[] {coding(genome)}, new double[] {maths(genome)});
    SearchSettings settings =
        SearchSettings.paper(42, List.of("coding", "maths"))
            .withBudget(24, 4)
            .withLimits(new Limits(null, 12));
    SearchExecution execution =
        SearchExecution.of(2).withAllowance(Allowance.time(60, System::nanoTime));
    Search search = Search.of(settings, layout, Map.of("base", "a digest"));
    SearchOutcome outcome = search.run(folder, evaluator, execution, SearchListener.NONE);
    Genome best = outcome.best().orElseThrow().genome();
    Genome merged = outcome.aggregate().genome();

    assertThat(best.finite()).isTrue();
    assertThat(best.coefficients().getFirst().getFirst().scale()).isBetween(0.1f, 0.9f);
    assertThat(merged.layout()).isEqualTo(layout);
    assertThat(outcome.aggregate().betas()).hasSize(2);
    assertThat(outcome.ending()).isIn(Ending.CHILDREN, Ending.STAGNATION, Ending.TIME);
  }
}
