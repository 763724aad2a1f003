package org.cycleqd.spectral;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cycleqd.random.Draws;

/**
 * Shifts the common coefficient of every expert by a normal deviate: one draw per expert and key of
 * the granularity. It moves a genome between the experts without touching their sub-skills.
 *
 * @param sigma standard deviation of the shift, above 0
 * @param granularity which tensors share a draw
 */
public record CoefficientGaussianMutation(double sigma, Granularity granularity)
    implements CoefficientMutation {

  /** Checks that sigma is positive. */
  public CoefficientGaussianMutation {
    if (!(sigma > 0) || !Double.isFinite(sigma)) {
      throw new IllegalArgumentException(
          "coefficient-gaussian mutation needs a positive sigma, got " + sigma);
    }
  }

  @Override
  public String name() {
    return "coefficient-gaussian";
  }

  @Override
  public Genome mutate(Genome genome, int expert, Draws draws) {
    GenomeLayout layout = genome.layout();
    Draws operator = draws.child(name());
    List<List<TensorCoefficients>> rows = new ArrayList<>();
    for (int e = 0; e < layout.experts().size(); e++) {
      Draws ofExpert = operator.child(layout.experts().get(e));
      Map<String, Double> shifts = new HashMap<>();
      List<TensorCoefficients> row = new ArrayList<>();
      for (int t = 0; t < layout.tensors().size(); t++) {
        double shift =
            shifts.computeIfAbsent(
                granularity.key(layout.tensors().get(t)),
                key -> sigma * ofExpert.child(key).gaussian(0));
        row.add(genome.coefficients().get(e).get(t).plusScale(shift));
      }
      rows.add(row);
    }
    return genome.with(rows);
  }
}
