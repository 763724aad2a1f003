package org.cycleqd.engine.rival;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cycleqd.engine.Population;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;
import org.cycleqd.spectral.Granularity;
import org.cycleqd.spectral.TensorCoefficients;
import org.cycleqd.spectral.TensorSite;

/**
 * Mixing coefficients as a vector: one for each expert and key of the granularity, expert by
 * expert. Single components are out of its reach.
 *
 * @param layout coordinates of genomes
 * @param keys number of each granularity's key
 * @param granularity which tensors share a coefficient
 * @param seed of the search's draws
 */
record MixingSpace(
    GenomeLayout layout, Map<String, Integer> keys, Granularity granularity, long seed) {

  static MixingSpace of(Population population) {
    GenomeLayout layout = population.codec().layout();
    Granularity granularity = population.settings().variation().granularity();
    Map<String, Integer> keys = new LinkedHashMap<>();
    for (TensorSite site : layout.tensors()) {
      keys.putIfAbsent(granularity.key(site), keys.size());
    }
    return new MixingSpace(layout, keys, granularity, population.settings().seed());
  }

  int experts() {
    return layout.experts().size();
  }

  int dimension() {
    return experts() * keys.size();
  }

  /** The sequence of a child's draws. */
  Draws draws(int number, String strategy) {
    return Draws.at(seed, "child", number, strategy);
  }

  private int coordinate(int expert, TensorSite site) {
    return expert * keys.size() + Objects.requireNonNull(keys.get(granularity.key(site)));
  }

  /** The genome of a vector. */
  Genome genome(double[] vector) {
    List<List<TensorCoefficients>> rows = new ArrayList<>();
    for (int e = 0; e < experts(); e++) {
      List<TensorCoefficients> row = new ArrayList<>();
      for (TensorSite site : layout.tensors()) {
        row.add(TensorCoefficients.of(vector[coordinate(e, site)]));
      }
      rows.add(row);
    }
    return new Genome(layout, rows);
  }

  /** The vector of a genome: means over the tensors of a key and their components. */
  double[] vector(Genome genome) {
    double[] sums = new double[dimension()];
    int[] counts = new int[dimension()];
    for (int e = 0; e < experts(); e++) {
      for (int t = 0; t < layout.tensors().size(); t++) {
        TensorCoefficients tensor = genome.coefficients().get(e).get(t);
        double shift = 0;
        for (float value : tensor.shift()) {
          shift += (double) value / tensor.shift().length;
        }
        int coordinate = coordinate(e, layout.tensors().get(t));
        sums[coordinate] += tensor.scale() + shift;
        counts[coordinate]++;
      }
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= counts[i];
    }
    return sums;
  }
}
