package org.cycleqd.experiment.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Elite;
import org.cycleqd.engine.SearchOutcome;
import org.cycleqd.report.MethodScore.Kind;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;

/**
 * A model that a run reports.
 *
 * @param name its name in tables and the name of its export folder
 * @param kind what it is
 * @param making where its weights come from
 * @param origin how it came about, in words
 */
record Method(String name, Kind kind, Making making, String origin) {

  /** Where weights come from. */
  sealed interface Making {

    /** Stands for the weights, among those that come of the same base and experts. */
    String digest();

    /** They are composed. */
    record Composed(Genome genome) implements Making {
      @Override
      public String digest() {
        return genome.digest();
      }
    }

    /** They are merged by a method whose result is no genome. */
    record Merged(Baseline baseline) implements Making {
      @Override
      public String digest() {
        return baseline.digest();
      }
    }
  }

  Method(String name, Kind kind, Genome genome, String origin) {
    this(name, kind, new Making.Composed(genome), origin);
  }

  /** A merge without a search. */
  static Method of(Baseline baseline) {
    return new Method(baseline.name(), Kind.MERGE, new Making.Merged(baseline), baseline.origin());
  }

  /** How it is composed; empty for a merge that no genome describes. */
  Optional<Genome> genome() {
    return making instanceof Making.Composed(Genome genome)
        ? Optional.of(genome)
        : Optional.empty();
  }

  /**
   * Base, experts, plain average, other merges, each archive's best, the best child and the
   * aggregate.
   */
  static List<Method> all(GenomeLayout layout, SearchOutcome outcome, List<Method> baselines) {
    List<Method> methods = new ArrayList<>();
    int experts = layout.experts().size();
    methods.add(
        new Method(
            "base", Kind.BASE, Genome.uniform(layout, new double[experts]), "the base model"));
    for (int e = 0; e < experts; e++) {
      String name = layout.experts().get(e);
      methods.add(
          new Method(
              "expert-" + name, Kind.EXPERT, Genome.expert(layout, e), "the expert " + name));
    }
    double[] equal = new double[experts];
    Arrays.fill(equal, 1.0 / experts);
    methods.add(
        new Method(
            "average",
            Kind.AVERAGE,
            Genome.uniform(layout, equal),
            "the plain average of the experts"));
    methods.addAll(baselines);
    for (ArchiveView archive : outcome.archives()) {
      Elite best = archive.best().orElseThrow();
      methods.add(
          new Method(
              "elite-" + archive.taskName(),
              Kind.ELITE,
              outcome.genome(best.candidate()),
              "candidate %d, the best elite of the archive of %s"
                  .formatted(best.candidate(), archive.taskName())));
    }
    outcome
        .best()
        .ifPresent(best ->
            methods.add(
                new Method(
                    "best",
                    Kind.BEST,
                    best.genome(),
                    "candidate %d, the child with the best mean score on the optimisation split"
                        .formatted(best.candidate().number()))));
    methods.add(
        new Method(
            "aggregate",
            Kind.AGGREGATE,
            outcome.aggregate().genome(),
            "the softmax aggregate of candidates %s with shares %s"
                .formatted(
                    outcome.aggregate().candidates(),
                    outcome.aggregate().betas().stream()
                        .map(beta -> "%.3f".formatted(beta))
                        .toList())));
    return methods;
  }

  /** Whether the run exports it: what the search made, not what it was given. */
  boolean exported() {
    return switch (kind) {
      case ELITE, BEST, AGGREGATE -> true;
      case BASE, EXPERT, AVERAGE, MERGE -> false;
    };
  }
}
