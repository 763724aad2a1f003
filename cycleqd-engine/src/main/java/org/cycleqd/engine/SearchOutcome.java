package org.cycleqd.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.spectral.Genome;
import org.jspecify.annotations.Nullable;

/**
 * What a search leaves that ended or paused.
 *
 * @param archives the archives, in task order
 * @param genomes the genomes of all elites, by candidate number
 * @param best the child of highest mean score over the tasks, the first of equals; empty if no
 *     child could be scored
 * @param aggregate one model out of all archives
 * @param ending why the search ended
 */
public record SearchOutcome(
    List<ArchiveView> archives,
    Map<Integer, Genome> genomes,
    Optional<Best> best,
    Aggregate aggregate,
    Ending ending) {

  /** Copies the collections. */
  public SearchOutcome {
    archives = List.copyOf(archives);
    genomes = Map.copyOf(genomes);
  }

  /**
   * A child with its genome.
   *
   * @param candidate what the journal holds of it
   * @param genome its genome
   */
  public record Best(CandidateRecord candidate, Genome genome) {}

  /**
   * The genome of an elite.
   *
   * @throws IllegalArgumentException if no archive has this candidate
   */
  public Genome genome(int candidate) {
    @Nullable Genome genome = genomes.get(candidate);
    if (genome == null) {
      throw new IllegalArgumentException("candidate %d is no elite".formatted(candidate));
    }
    return genome;
  }
}
