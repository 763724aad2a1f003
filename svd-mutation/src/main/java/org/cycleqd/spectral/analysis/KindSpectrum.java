package org.cycleqd.spectral.analysis;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How many singular components hold the energy of the experts' task vectors in one kind of matrix.
 *
 * @param kind name of the matrices, with {@code *} for the layer
 * @param matrices how many there are
 * @param fullRank shorter side of the matrices
 * @param experts for each expert its norm and ranks
 */
public record KindSpectrum(String kind, int matrices, int fullRank, List<Energy> experts) {

  /** Copies the list. */
  public KindSpectrum {
    experts = List.copyOf(experts);
  }

  /**
   * One expert's energy in these matrices.
   *
   * @param norm Frobenius norm over all of them
   * @param rank50 most components that any of them needs for 50 % of its squared norm
   * @param rank90 for 90 %
   * @param rank99 for 99 %
   */
  public record Energy(double norm, int rank50, int rank90, int rank99) {}

  static KindSpectrum of(String kind, List<TensorAnalysis> matrices) {
    int experts = matrices.getFirst().spectra().size();
    return new KindSpectrum(
        kind,
        matrices.size(),
        matrices.getFirst().spectra().getFirst().length,
        IntStream.range(0, experts)
            .mapToObj(e ->
                new Energy(
                    Math.sqrt(matrices.stream().mapToDouble(m -> m.products()[e][e]).sum()),
                    rank(matrices, e, 0.5),
                    rank(matrices, e, 0.9),
                    rank(matrices, e, 0.99)))
            .toList());
  }

  private static int rank(List<TensorAnalysis> matrices, int expert, double share) {
    return matrices.stream().mapToInt(matrix -> matrix.rank(expert, share)).max().orElse(0);
  }
}
