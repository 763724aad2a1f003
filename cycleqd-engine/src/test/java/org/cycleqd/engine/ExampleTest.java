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

/** The example of the package's introduction, in full. */
class ExampleTest {

  @TempDir Path folder;

  @Test
  void searchesInTenLines() throws Exception {
    GenomeLayout layout =
        new GenomeLayout(List.of("coder", "mathematician"), List.of(new TensorSite("up", 0, 8)));
    Evaluator evaluator =
        genome -> {
          float coder = genome.coefficients().get(0).get(0).scale();
          float mathematician = genome.coefficients().get(1).get(0).scale();
          return Evaluation.of(new double[] {Math.sqrt(coder)}, new double[] {mathematician});
        };
    SearchSettings settings =
        SearchSettings.paper(42, List.of("coding", "maths")).withBudget(24, 4);
    Search search = Search.of(settings, layout, Map.of("base", "a digest"));
    SearchOutcome outcome = search.run(folder, evaluator, 2, SearchListener.NONE);
    Genome best = outcome.best().orElseThrow().genome();
    Genome merged = outcome.aggregate().genome();

    assertThat(best.finite()).isTrue();
    assertThat(best.coefficients().getFirst().getFirst().scale()).isBetween(0.1f, 0.9f);
    assertThat(merged.layout()).isEqualTo(layout);
    assertThat(outcome.aggregate().betas()).hasSize(2);
  }
}
