package org.cycleqd.experiment.run;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.archive.AddRule;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.CvtRule;
import org.cycleqd.archive.Range;
import org.cycleqd.engine.GridRule;
import org.cycleqd.engine.Sampling;
import org.cycleqd.engine.SearchSettings;
import org.cycleqd.engine.SearchTask;
import org.cycleqd.engine.Stopping;
import org.cycleqd.engine.Variation;
import org.cycleqd.experiment.AddRuleConfig;
import org.cycleqd.experiment.ArchiveConfig;
import org.cycleqd.experiment.ArchiveConfig.Tessellation;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.ExpertConfig;
import org.cycleqd.experiment.MutationConfig;
import org.cycleqd.experiment.ScoreRange;
import org.cycleqd.experiment.SearchConfig;
import org.cycleqd.experiment.TaskConfig;
import org.cycleqd.spectral.CoefficientGaussianMutation;
import org.cycleqd.spectral.ExpertBasisMutation;
import org.cycleqd.spectral.Granularity;
import org.cycleqd.spectral.LiteralMutation;
import org.cycleqd.spectral.Mutation;
import org.jspecify.annotations.Nullable;

/** Turns a configuration into the engine's settings. */
final class SearchPlan {

  private SearchPlan() {}

  static SearchSettings of(ExperimentConfig config) {
    SearchConfig search = config.search();
    return new SearchSettings(
        config.seed(),
        tasks(config),
        search.children(),
        search.lag(),
        new GridRule(
            gridded(config.archive()) ? config.archive().bins() : 1,
            config.archive().lowerFactor(),
            config.archive().upperFactor()),
        switch (search.sampling().method()) {
          case ELITE ->
              new Sampling.Elite(search.sampling().alphaLow(), search.sampling().alphaHigh());
          case RANDOM -> new Sampling.Uniform();
        },
        new Variation(
            config.genome().granularity(),
            search.crossover().mean(),
            search.crossover().sigma(),
            search.mutations().stream()
                .map(mutation -> mutation(mutation, config.genome().granularity()))
                .toList(),
            search.crossover().perComponent()),
        config.aggregation().temperature(),
        new ArchiveForm(
            config.archive().tessellation() == Tessellation.CVT
                ? CvtRule.of(config.archive().cells())
                : null,
            rule(config.archive().add())),
        stopping(search));
  }

  private static @Nullable Stopping stopping(SearchConfig search) {
    return switch (search.stopping()) {
      case NONE -> null;
      case LOSSLESS -> new Stopping.Lossless(search.stoppingBlock());
      case RACING -> new Stopping.Racing(search.stoppingBlock(), search.stoppingError());
      case PREDICTIVE -> new Stopping.Predictive(search.stoppingBlock(), search.stoppingError());
    };
  }

  /** Only a grid has bins; elsewhere an axis is its range. */
  private static boolean gridded(ArchiveConfig archive) {
    return archive.tessellation() == Tessellation.GRID
        && !(archive.add() instanceof AddRuleConfig.DominatedNovelty);
  }

  private static AddRule rule(AddRuleConfig config) {
    return switch (config) {
      case AddRuleConfig.Strict() -> new AddRule.Strict();
      case AddRuleConfig.Confident(double level) -> new AddRule.Confident(level);
      case AddRuleConfig.Soft(double learningRate, double thresholdMin) ->
          new AddRule.Soft(learningRate, thresholdMin);
      case AddRuleConfig.DominatedNovelty(int capacity, int neighbours) ->
          new AddRule.DominatedNovelty(capacity, neighbours);
    };
  }

  private static List<SearchTask> tasks(ExperimentConfig config) {
    List<String> expertTasks = config.experts().stream().map(ExpertConfig::task).toList();
    List<SearchTask> tasks = new ArrayList<>();
    for (TaskConfig task : config.tasks()) {
      ScoreRange range = config.archive().ranges().get(task.name());
      tasks.add(
          new SearchTask(
              task.name(),
              expertTasks.indexOf(task.name()),
              range == null ? null : new Range(range.lower(), range.upper())));
    }
    return tasks;
  }

  private static Mutation mutation(MutationConfig config, Granularity granularity) {
    return switch (config) {
      case MutationConfig.ExpertBasis(double wMax, boolean symmetric) ->
          new ExpertBasisMutation(wMax, symmetric);
      case MutationConfig.Literal(double wMax, boolean symmetric) ->
          new LiteralMutation(wMax, symmetric);
      case MutationConfig.CoefficientGaussian(double sigma) ->
          new CoefficientGaussianMutation(sigma, granularity);
    };
  }
}
