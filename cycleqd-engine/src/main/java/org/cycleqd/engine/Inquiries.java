package org.cycleqd.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.Elite;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.random.Draws;

/**
 * Makes the inquiries of a search's children, in number order, from nothing but what the journal
 * holds up to then.
 */
final class Inquiries {

  private final long seed;
  private final Optional<Stopping> stopping;
  private final Inheritance inheritance;
  private final Map<Integer, List<int[]>> classes = new HashMap<>();

  /** For a search by these settings, but with this rule; none where nothing is stopped. */
  Inquiries(SearchSettings settings, Optional<Stopping> stopping) {
    this.seed = settings.seed();
    this.stopping = stopping;
    this.inheritance = new Inheritance(settings.tasks().size());
  }

  /**
   * How a child is asked.
   *
   * @param parents numbers of its parents
   * @param archives those it is bred from
   * @param best best mean score of a child so far
   */
  Optional<Inquiry> of(int number, List<Integer> parents, ArchiveCycle archives, double best) {
    return stopping.map(rule -> {
      Bars bars = new Bars(archives.bars().orElseThrow(), best);
      List<Elite> elites = archives.elites();
      Draws draws = Draws.at(seed, "child", number, "items");
      return switch (rule) {
        case Stopping.Lossless lossless ->
            new Inquiry(
                seen -> bars.closed(lossless.bounds(seen)),
                new ProofOrder(lossless.block(), bars, Guesses.of(elites, parents)));
        case Stopping.Racing racing ->
            new Inquiry(
                seen -> bars.closed(racing.bounds(seen)), new DrawnOrder(racing.block(), draws));
        case Stopping.Predictive predictive -> {
          List<int[]> own =
              Inheritance.classes(
                  elites.stream().filter(elite -> parents.contains(elite.candidate())).toList());
          classes.put(number, own);
          List<double[]> probabilities = inheritance.probabilities(own);
          yield new Inquiry(
              seen ->
                  predictive.bounded(seen)
                      && new ScorePrediction(seen, probabilities).open(bars, draws)
                          < predictive.error(),
              new DoubtfulOrder(predictive.block(), probabilities));
        }
      };
    });
  }

  /** Learns what came of a child. */
  void learn(int number, Result result) {
    List<int[]> own = classes.remove(number);
    if (own != null && result instanceof Result.Scored(Evaluation evaluation, var _)) {
      inheritance.learn(own, evaluation);
    }
  }
}
