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
  private final GenomeCodec codec;
  private final SearchStrategy.Catalogue strategies;
  private final @Nullable SingularBasis basis;

  private Pedigree(
      RunHistory history,
      GenomeLayout layout,
      SearchStrategy.Catalogue strategies,
      @Nullable SingularBasis basis) {
    this.history = history;
    this.layout = layout;
    this.codec = new GenomeCodec(layout);
    this.strategies = strategies;
    this.basis = basis;
  }

  /**
   * The pedigree of a run.
   *
   * @param layout the coordinates of the run's genomes
   * @param strategies knows the run's strategy
   * @throws JournalException if the run had other experts or tensors
   */
  public static Pedigree of(
      RunHistory history, GenomeLayout layout, SearchStrategy.Catalogue strategies)
      throws JournalException {
    return of(history, layout, null, strategies);
  }

  /**
   * The pedigree of a run with any mutations.
   *
   * @param basis of the run's experts; must stay open
   * @param strategies knows the run's strategy
   * @throws JournalException if the run had other experts or tensors
   */
  public static Pedigree of(
      RunHistory history, SingularBasis basis, SearchStrategy.Catalogue strategies)
      throws JournalException {
    return of(history, basis.layout(), basis, strategies);
  }

  private static Pedigree of(
      RunHistory history,
      GenomeLayout layout,
      @Nullable SingularBasis basis,
      SearchStrategy.Catalogue strategies)
      throws JournalException {
    RunHeader header = history.header();
    String found = RunHeader.digest(layout);
    if (!found.equals(header.layout())) {
      throw new JournalException(
          "layout: found experts and tensors with digest %s, expected those of the run, %s"
              .formatted(found, header.layout()));
    }
    return new Pedigree(history, layout, strategies, basis);
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
    if (lastChildren.keySet().stream().anyMatch(this::proposed)) {
      return replayed(number);
    }
    Map<Integer, Genome> genomes = new HashMap<>();
    for (Map.Entry<Integer, Integer> ancestor : lastChildren.entrySet()) {
      int each = ancestor.getKey();
      genomes.put(each, genome(history.candidates().get(each), genomes));
      genomes.keySet().removeIf(other -> lastChildren.getOrDefault(other, each) < each);
    }
    return Objects.requireNonNull(genomes.get(number));
  }

  private boolean proposed(int number) {
    return history.candidates().get(number).origin() instanceof Origin.Proposed;
  }

  /** Leads the strategy through the journal, up to a candidate. */
  private Genome replayed(int number) throws JournalException {
    int experts = layout.experts().size();
    List<CandidateRecord> seeds = history.candidates().subList(0, experts);
    Stretch stretch =
        Stretch.of(
            history.header(),
            codec,
            basis,
            strategies,
            seeds.stream().map(seed -> seed.scores().orElseThrow()).toList());
    for (CandidateRecord seed : seeds) {
      stretch.tell(seed, Genome.expert(layout, seed.number()));
    }
    for (int step = 1; ; step++) {
      stretch.ask(step);
      Genome genome = stretch.take(step).proposal().genome();
      CandidateRecord candidate = history.candidates().get(experts - 1 + step);
      if (candidate.number() == number) {
        return same(candidate, genome);
      }
      stretch.tell(candidate, genome);
    }
  }

  /** A candidate and its ancestors, each with its youngest child among them. */
  private SequencedMap<Integer, Integer> lastChildren(int number) {
    SequencedMap<Integer, Integer> last = new TreeMap<>(Map.of(number, number));
    TreeSet<Integer> open = new TreeSet<>(List.of(number));
    while (!open.isEmpty()) {
      int child = open.removeLast();
      for (int parent : history.candidates().get(child).origin().parents()) {
        last.merge(parent, child, Math::max);
        open.add(parent);
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
          case Origin.Child(int focus, List<Integer> parents) -> {
            SearchSettings settings = ForkPoint.settings(history.header(), candidate.number());
            yield new Breeding(settings, codec, basis)
                .child(
                    candidate.number(),
                    settings.tasks().get(focus).expert(),
                    parents.stream()
                        .map(parent -> Objects.requireNonNull(genomes.get(parent)))
                        .toList());
          }
          case Origin.Proposed _ ->
              throw new IllegalStateException("strategies' children are replayed");
        };
    return same(candidate, genome);
  }

  private static Genome same(CandidateRecord candidate, Genome genome) throws JournalException {
    if (!genome.digest().equals(candidate.genome())) {
      throw new JournalException(
          "candidate %d: found a genome with digest %s, expected the recorded %s"
              .formatted(candidate.number(), genome.digest(), candidate.genome()));
    }
    return genome;
  }

  /**
   * Number of the child of highest mean score over the tasks, the first of equals; of those that
   * were scored again, where some were.
   */
  public Optional<Integer> best() {
    List<CandidateRecord> again = List.copyOf(history.scoredAgain().values());
    return (again.stream().anyMatch(CandidateRecord::child) ? again : history.candidates())
        .stream()
            .filter(CandidateRecord::child)
            .filter(candidate -> candidate.scores().isPresent())
            .map(candidate ->
                new CandidateFitness(candidate.number(), candidate.scores().orElseThrow()))
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
