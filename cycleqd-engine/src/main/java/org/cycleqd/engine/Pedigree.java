package org.cycleqd.engine;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.engine.CandidateRecord.Origin;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;
import org.cycleqd.spectral.SingularBasis;
import org.jspecify.annotations.Nullable;

/**
 * The genomes of a run's candidates. The journal holds no coefficients: they follow from the seed,
 * a candidate's number and its parents, and the recorded digest says whether they are the same.
 */
public final class Pedigree {

  private final RunHistory history;
  private final GenomeLayout layout;
  private final Breeding breeding;

  private Pedigree(RunHistory history, GenomeLayout layout, @Nullable SingularBasis basis) {
    this.history = history;
    this.layout = layout;
    this.breeding = new Breeding(history.header().settings(), new GenomeCodec(layout), basis);
  }

  /**
   * The pedigree of a run.
   *
   * @param layout the coordinates of the run's genomes
   * @throws JournalException if the run had other experts or tensors
   * @throws IllegalArgumentException if a mutation of the run needs a singular basis
   */
  public static Pedigree of(RunHistory history, GenomeLayout layout) throws JournalException {
    return of(history, layout, null);
  }

  /**
   * The pedigree of a run with any mutations.
   *
   * @param basis of the run's experts; must stay open
   * @throws JournalException if the run had other experts or tensors
   */
  public static Pedigree of(RunHistory history, SingularBasis basis) throws JournalException {
    return of(history, basis.layout(), basis);
  }

  private static Pedigree of(RunHistory history, GenomeLayout layout, @Nullable SingularBasis basis)
      throws JournalException {
    RunHeader header = history.header();
    String found = RunHeader.of(header.settings(), layout, header.digests()).layout();
    if (!found.equals(header.layout())) {
      throw new JournalException(
          "layout: found experts and tensors with digest %s, expected those of the run, %s"
              .formatted(found, header.layout()));
    }
    return new Pedigree(history, layout, basis);
  }

  /**
   * The genome of a candidate. Only its ancestors are bred, and each is forgotten after its last
   * child.
   *
   * @throws IllegalArgumentException if the run has no such candidate
   * @throws JournalException if the genome is another than the one that was recorded
   */
  public Genome candidate(int number) throws JournalException {
    if (number < 0 || number >= history.candidates().size()) {
      throw new IllegalArgumentException(
          "candidate: found %d, expected one from 0 to %d"
              .formatted(number, history.candidates().size() - 1));
    }
    SequencedMap<Integer, Integer> lastChildren = lastChildren(number);
    Map<Integer, Genome> genomes = new HashMap<>();
    for (Map.Entry<Integer, Integer> ancestor : lastChildren.entrySet()) {
      int each = ancestor.getKey();
      genomes.put(each, genome(history.candidates().get(each), genomes));
      genomes.keySet().removeIf(other -> lastChildren.getOrDefault(other, each) < each);
    }
    return Objects.requireNonNull(genomes.get(number));
  }

  /** A candidate and its ancestors, each with its youngest child among them. */
  private SequencedMap<Integer, Integer> lastChildren(int number) {
    SequencedMap<Integer, Integer> last = new TreeMap<>(Map.of(number, number));
    TreeSet<Integer> open = new TreeSet<>(List.of(number));
    while (!open.isEmpty()) {
      int child = open.removeLast();
      if (history.candidates().get(child).origin()
          instanceof Origin.Child(int _, List<Integer> parents)) {
        for (int parent : parents) {
          last.merge(parent, child, Math::max);
          open.add(parent);
        }
      }
    }
    return last;
  }

  private Genome genome(CandidateRecord candidate, Map<Integer, Genome> genomes)
      throws JournalException {
    Genome genome =
        switch (candidate.origin()) {
          case Origin.Seed(String expert) ->
              Genome.expert(layout, layout.experts().indexOf(expert));
          case Origin.Child child ->
              breeding.genome(
                  candidate.number(),
                  child,
                  child.parents().stream()
                      .map(parent -> Objects.requireNonNull(genomes.get(parent)))
                      .toList());
        };
    if (!genome.digest().equals(candidate.genome())) {
      throw new JournalException(
          "candidate %d: found a genome with digest %s, expected the recorded %s"
              .formatted(candidate.number(), genome.digest(), candidate.genome()));
    }
    return genome;
  }

  /** Number of the child of highest mean score over the tasks, the first of equals. */
  public Optional<Integer> best() {
    return history.candidates().stream()
        .filter(CandidateRecord::child)
        .filter(candidate -> candidate.scores().isPresent())
        .map(
            candidate -> new CandidateFitness(candidate.number(), candidate.scores().orElseThrow()))
        .max(Comparator.naturalOrder())
        .map(CandidateFitness::candidate);
  }

  /**
   * One model out of all archives as they are now.
   *
   * @throws JournalException if the experts are not all scored yet, or a genome is another than the
   *     one that was recorded
   */
  public Aggregate aggregate() throws JournalException {
    if (history.archives().isEmpty()) {
      throw new JournalException("archives: found none yet, expected all experts to be scored");
    }
    Map<Integer, Genome> elites = new HashMap<>();
    for (ArchiveView archive : history.archives()) {
      int number = archive.best().orElseThrow().candidate();
      elites.put(number, candidate(number));
    }
    return Aggregate.of(
        history.archives(),
        number -> Objects.requireNonNull(elites.get(number)),
        history.header().settings().temperature());
  }
}
