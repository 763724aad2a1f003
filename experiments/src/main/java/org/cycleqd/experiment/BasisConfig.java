package org.cycleqd.experiment;

import java.nio.file.Path;
import org.cycleqd.spectral.BasisPolicy;
import org.cycleqd.spectral.Treatment;
import org.cycleqd.spectral.Truncation;
import org.jspecify.annotations.Nullable;

/**
 * How the experts' task vectors are taken apart into components, and where that is kept.
 *
 * @param store folder of bases on disk, which runs share; relative to the working directory
 * @param rank leading components of a matrix that have a coefficient each; if null, all
 * @param energy in place of a rank: share of a matrix's squared norm that these hold
 * @param vectors treatment of norms and biases
 * @param embeddings treatment of the token embedding
 * @param heads treatment of the output head
 */
public record BasisConfig(
    @WorkingDirectory @Default(".cycleqd/bases") Path store,
    @Nullable Integer rank,
    @Nullable Double energy,
    @Default("scalar") Treatment vectors,
    @Default("include") Treatment embeddings,
    @Default("include") Treatment heads) {

  /** Checks the numbers. */
  public BasisConfig {
    if (rank != null) {
      Require.atLeast("rank", rank, 1);
      Require.that(energy == null, "energy", "is given beside rank, allowed: one of them");
    }
    if (energy != null) {
      Require.that(
          energy > 0 && energy < 1, "energy", "is %s, allowed: between 0 and 1".formatted(energy));
    }
    Require.that(
        vectors != Treatment.INCLUDE, "vectors", "is include, allowed: one of scalar, exclude");
  }

  /** What the components are. */
  public BasisPolicy policy() {
    Truncation truncation =
        rank != null
            ? new Truncation.Rank(rank)
            : energy != null ? new Truncation.Energy(energy) : new Truncation.Exact();
    return new BasisPolicy(truncation, vectors, embeddings, heads);
  }
}
