package org.cycleqd.experiment.run;

import org.cycleqd.engine.Reevaluation;
import org.cycleqd.engine.SearchSettings;
import org.cycleqd.experiment.UserException;
import org.cycleqd.spectral.MatrixMutation;
import org.cycleqd.spectral.Mutation;
import org.cycleqd.spectral.SingularBasis;
import org.cycleqd.tensor.ByteSize;

/**
 * The memory for genomes of mutations that decompose the child, which may be as large as models.
 */
final class GenomeMemory {

  private static final long MANY = 1L << 40;

  private GenomeMemory() {}

  /**
   * Checks that as many genomes as can be elites or in flight fit into the heap.
   *
   * @throws UserException if they do not
   */
  static void require(SearchSettings settings, SingularBasis basis, long heap) {
    long places =
        settings.archive() == null
            ? (long) Math.pow(settings.grid().bins(), settings.tasks().size() - 1)
                * settings.tasks().size()
            : Long.MAX_VALUE;
    Reevaluation again = settings.reevaluation();
    // Those that were scored again stay while newcomers stand in their places.
    long genomes =
        Math.min(settings.children(), again == null ? places : 2 * Math.min(places, MANY))
            + settings.lag()
            + (again == null ? 0 : again.every());
    for (Mutation mutation : settings.variation().mutations()) {
      if (mutation instanceof MatrixMutation each) {
        long bytes = each.coreBytes(basis);
        if (bytes > heap / genomes) {
          throw new UserException(
              "search.mutations: %s needs %s for each of up to %d genomes at a time, found a heap of %s; allowed: a larger one (CYCLEQD_JAVA_OPTS=-Xmx...), adapters as experts, basis.rank, fewer cells or children"
                  .formatted(
                      mutation.name(),
                      ByteSize.of((double) bytes),
                      genomes,
                      ByteSize.of((double) heap)));
        }
      }
    }
  }
}
