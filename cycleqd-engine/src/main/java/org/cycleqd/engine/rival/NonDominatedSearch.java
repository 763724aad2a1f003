package org.cycleqd.engine.rival;

import io.jenetics.Optimize;
import io.jenetics.Phenotype;
import io.jenetics.ext.moea.NSGA2Selector;
import io.jenetics.util.ISeq;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.engine.Breeding;
import org.cycleqd.engine.CandidateFitness;
import org.cycleqd.engine.CandidateRecord;
import org.cycleqd.engine.CoefficientGene;
import org.cycleqd.engine.Population;
import org.cycleqd.engine.Proposal;
import org.cycleqd.engine.Proposer;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.Genome;

/**
 * NSGA-II (Deb et al., 2002) with every task's score as an objective. The first population is drawn
 * evenly; parents then win tournaments of two by rank and crowding, and are crossed and mutated as
 * CycleQD's. Whenever a population's worth of children is scored, the best of them and the parents
 * stay.
 */
final class NonDominatedSearch implements Proposer {

  private static final NSGA2Selector<CoefficientGene, CandidateFitness> SELECTOR =
      new NSGA2Selector<>(
          NonDominatedSearch::dominance,
          (one, other, task) -> Double.compare(one.scores().get(task), other.scores().get(task)),
          (one, other, task) -> one.scores().get(task) - other.scores().get(task),
          fitness -> fitness.scores().size());

  private final Population population;
  private final RandomSearch first;
  private final Breeding breeding;
  private final int size;
  private final List<Phenotype<CoefficientGene, CandidateFitness>> scored = new ArrayList<>();
  private ISeq<Phenotype<CoefficientGene, CandidateFitness>> parents = ISeq.empty();
  private int told;

  private NonDominatedSearch(Population population, int size) {
    this.population = population;
    this.first = new RandomSearch(MixingSpace.of(population), 0, 1);
    this.breeding = Breeding.of(population);
    this.size = size;
  }

  static Proposer start(Population population, int size) {
    if (size < 2) {
      throw new IllegalArgumentException(
          "nsga-ii: expected a population of 2 or more, got " + size);
    }
    return new NonDominatedSearch(population, size);
  }

  private static int dominance(CandidateFitness one, CandidateFitness other) {
    boolean better = false;
    boolean worse = false;
    for (int task = 0; task < one.scores().size(); task++) {
      int order = Double.compare(one.scores().get(task), other.scores().get(task));
      better |= order > 0;
      worse |= order < 0;
    }
    return better == worse ? 0 : better ? 1 : -1;
  }

  @Override
  public Proposal propose(int number) {
    int step = number - population.codec().layout().experts().size();
    if (step < size || parents.length() < 2) {
      return first.propose(number);
    }
    Draws draws = Draws.at(population.settings().seed(), "child", number, Rivals.NSGA_II);
    int one = tournament(draws, 0);
    int other = tournament(draws, 2);
    other = other == one ? (other + 1) % parents.length() : other;
    int expert = draws.below(4, population.codec().layout().experts().size());
    Genome child =
        breeding.child(
            number,
            expert,
            List.of(
                population.codec().decode(parents.get(one).genotype()),
                population.codec().decode(parents.get(other).genotype())));
    return new Proposal(
        new CandidateRecord.Origin.Proposed(
            List.of(
                parents.get(one).fitness().candidate(), parents.get(other).fitness().candidate())),
        child);
  }

  /** The better of two; parents stand in the order of rank and crowding. */
  private int tournament(Draws draws, int index) {
    return Math.min(draws.below(index, parents.length()), draws.below(index + 1, parents.length()));
  }

  @Override
  public void tell(CandidateRecord candidate, Genome genome) {
    candidate
        .scores()
        .ifPresent(scores ->
            scored.add(
                Phenotype.of(
                    population.codec().encode(genome),
                    candidate.number(),
                    new CandidateFitness(candidate.number(), scores))));
    told += candidate.child() ? 1 : 0;
    if (candidate.child() && told % size == 0) {
      ISeq<Phenotype<CoefficientGene, CandidateFitness>> all = parents.append(scored);
      parents = SELECTOR.select(all, Math.min(size, all.length()), Optimize.MAXIMUM);
      scored.clear();
    }
  }
}
