package org.cycleqd.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.CellLayout;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.SingularBasis;
import org.jspecify.annotations.Nullable;

/**
 * What settings make of a search: archives, a population and a proposer, which are told of every
 * candidate. In a fork the first children are those of another stretch, by the settings that they
 * were bred with; it is led along as far as it goes.
 */
final class Stretch {

  private final SearchSettings settings;
  private final int experts;
  private final long first;
  private final long last;
  private final @Nullable Stretch earlier;
  private final List<Axis> axes;
  private final List<CellLayout> layouts;
  private final Population population;
  private final Proposer proposer;
  private final Queue<Asked> ahead = new ArrayDeque<>();
  private long asked;

  /**
   * A stretch that starts after the experts.
   *
   * @param last the last child that it proposes, counted from 1
   * @param fork where it begins to propose; null is with the first child
   * @param scores of the experts
   */
  private Stretch(
      SearchSettings settings,
      GenomeCodec codec,
      @Nullable SingularBasis basis,
      SearchStrategy.Catalogue strategies,
      long last,
      @Nullable ForkPoint fork,
      List<List<Double>> scores) {
    this.settings = settings;
    this.experts = scores.size();
    this.last = last;
    this.first = fork == null ? 1 : fork.candidate() - experts + 2L;
    this.earlier =
        fork == null
            ? null
            : new Stretch(
                fork.settings(), codec, basis, strategies, first - 1, fork.fork(), scores);
    this.asked = first - 1;
    this.axes = axes(settings, scores);
    ArchiveForm form = settings.form();
    this.layouts = settings.layouts(form, axes);
    this.population =
        new Population(settings, codec, basis, () -> ArchiveCycle.of(axes, layouts, form.add()));
    this.proposer = strategies.strategy(settings.strategyChoice()).start(population);
  }

  /**
   * A child that was asked for.
   *
   * @param number its number
   */
  record Asked(int number, Proposal proposal) {}

  /** The stretch of a whole search. */
  static Stretch of(
      RunHeader header,
      GenomeCodec codec,
      @Nullable SingularBasis basis,
      SearchStrategy.Catalogue strategies,
      List<List<Double>> scores) {
    return new Stretch(
        header.settings(),
        codec,
        basis,
        strategies,
        header.settings().children(),
        header.fork(),
        scores);
  }

  /** One axis per task, by the experts' scores. */
  static List<Axis> axes(SearchSettings settings, List<List<Double>> scores) {
    List<Axis> axes = new ArrayList<>();
    for (int k = 0; k < settings.tasks().size(); k++) {
      int task = k;
      axes.add(
          settings
              .grid()
              .axis(
                  settings.tasks().get(task), scores.stream().map(row -> row.get(task)).toList()));
    }
    return axes;
  }

  /** Whether candidates that no archive takes change nothing of what is proposed. */
  boolean needsOnlyElites() {
    return proposer.needsOnlyElites();
  }

  int experts() {
    return experts;
  }

  List<Axis> axes() {
    return axes;
  }

  List<CellLayout> layouts() {
    return layouts;
  }

  Population population() {
    return population;
  }

  /** The children that can be asked for now, when child {@code step} is the next to be told. */
  List<Asked> ask(long step) {
    List<Asked> fresh = new ArrayList<>();
    while (asked < Math.min(last, step - 1 + settings.lag())) {
      int number = Math.toIntExact(experts - 1 + ++asked);
      fresh.add(new Asked(number, proposer.propose(number)));
    }
    ahead.addAll(fresh);
    return fresh;
  }

  /** Whether child {@code step} comes from before the fork. */
  boolean inherited(long step) {
    return step < first;
  }

  /** Child {@code step}, when it is the next to be told. */
  Asked take(long step) {
    if (earlier != null && inherited(step)) {
      return earlier.asked(step);
    }
    return ahead.remove();
  }

  private Asked asked(long step) {
    ask(step);
    return take(step);
  }

  /**
   * Takes in a candidate without outcomes.
   *
   * @return the candidate with the outcomes of this stretch's archives
   */
  CandidateRecord tell(CandidateRecord candidate, Genome genome) {
    if (earlier != null && candidate.number() < experts - 1 + first) {
      earlier.tell(candidate, genome);
    }
    CandidateRecord told =
        candidate.result() instanceof CandidateRecord.Result.Scored scored
            ? candidate.offered(population.offer(candidate.number(), scored.evaluation(), genome))
            : candidate;
    proposer.tell(told, genome);
    return told;
  }
}
