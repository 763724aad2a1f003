package org.cycleqd.experiment.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.cycleqd.archive.AddRule;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.CvtRule;
import org.cycleqd.archive.Range;
import org.cycleqd.engine.Allowance;
import org.cycleqd.engine.GridRule;
import org.cycleqd.engine.Limits;
import org.cycleqd.engine.Reevaluation;
import org.cycleqd.engine.Sampling;
import org.cycleqd.engine.SearchExecution;
import org.cycleqd.engine.SearchSettings;
import org.cycleqd.engine.SearchTask;
import org.cycleqd.engine.Stopping;
import org.cycleqd.engine.StrategyChoice;
import org.cycleqd.engine.SyncPolicy;
import org.cycleqd.engine.Variation;
import org.cycleqd.engine.rival.Rivals;
import org.cycleqd.experiment.AddRuleConfig;
import org.cycleqd.experiment.ArchiveConfig;
import org.cycleqd.experiment.ArchiveConfig.Tessellation;
import org.cycleqd.experiment.JournalConfig;
import org.cycleqd.experiment.LimitsConfig;
import org.cycleqd.experiment.MutationConfig;
import org.cycleqd.experiment.ReevaluationConfig;
import org.cycleqd.experiment.RunConfig;
import org.cycleqd.experiment.ScoreRange;
import org.cycleqd.experiment.SearchConfig;
import org.cycleqd.experiment.StrategyConfig;
import org.cycleqd.spectral.ChildSvdMutation;
import org.cycleqd.spectral.CoefficientGaussianMutation;
import org.cycleqd.spectral.ExpertBasisMutation;
import org.cycleqd.spectral.Granularity;
import org.cycleqd.spectral.LiteralMutation;
import org.cycleqd.spectral.Mutation;
import org.cycleqd.spectral.TopSingularMutation;
import org.jspecify.annotations.Nullable;

/** Turns a configuration into the engine's settings. */
final class SearchPlan {

  private SearchPlan() {}

  static SearchSettings of(RunConfig config) {
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
        strategy(search.strategy()),
        limits(search.limits()),
        stopping(search),
        reevaluation(search.reevaluation()));
  }

  private static @Nullable Reevaluation reevaluation(ReevaluationConfig config) {
    Integer every = config.every();
    return every == null ? null : new Reevaluation(every, config.items());
  }

  private static @Nullable Stopping stopping(SearchConfig search) {
    return switch (search.stopping()) {
      case NONE -> null;
      case LOSSLESS -> new Stopping.Lossless(search.stoppingBlock());
      case RACING -> new Stopping.Racing(search.stoppingBlock(), search.stoppingError());
      case PREDICTIVE -> new Stopping.Predictive(search.stoppingBlock(), search.stoppingError());
    };
  }

  private static StrategyChoice strategy(StrategyConfig config) {
    return switch (config) {
      case StrategyConfig.Cycleqd() -> StrategyChoice.CYCLEQD;
      case StrategyConfig.MapElites() -> StrategyChoice.of(Rivals.MAP_ELITES, Map.of());
      case StrategyConfig.Random(double low, double high) ->
          StrategyChoice.of(Rivals.RANDOM, Map.of("low", low, "high", high));
      case StrategyConfig.CmaEs(double sigma, int population) ->
          StrategyChoice.of(
              Rivals.CMA_ES, Map.of("sigma", sigma, "population", (double) population));
      case StrategyConfig.NsgaIi(int population) ->
          StrategyChoice.of(Rivals.NSGA_II, Map.of("population", (double) population));
      case StrategyConfig.Fixed() -> StrategyChoice.of(Rivals.FIXED, Map.of());
    };
  }

  private static @Nullable Limits limits(LimitsConfig config) {
    return config.evaluations() == null && config.stagnation() == null
        ? null
        : new Limits(config.evaluations(), config.stagnation());
  }

  /**
   * How a config's search is carried out.
   *
   * @param tokens that its evaluator has spent by now
   */
  static SearchExecution execution(RunConfig config, int workers, LongSupplier tokens) {
    Allowance allowance = Allowance.UNLIMITED;
    @Nullable Double seconds = config.search().limits().time();
    if (seconds != null) {
      allowance = allowance.and(Allowance.time(seconds, System::nanoTime));
    }
    @Nullable Long most = config.search().limits().tokens();
    if (most != null) {
      allowance = allowance.and(Allowance.tokens(most, tokens));
    }
    SyncPolicy sync =
        switch (config.journal()) {
          case JournalConfig.EachRecord() -> new SyncPolicy.EachRecord();
          case JournalConfig.Batch(int records, double forced) ->
              new SyncPolicy.Batch(records, forced);
          case JournalConfig.Never() -> new SyncPolicy.Never();
        };
    return new SearchExecution(workers, sync, allowance);
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

  private static List<SearchTask> tasks(RunConfig config) {
    List<SearchTask> tasks = new ArrayList<>();
    for (String task : config.taskNames()) {
      ScoreRange range = config.archive().ranges().get(task);
      tasks.add(
          new SearchTask(
              task,
              config.expertTasks().indexOf(task),
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
      case MutationConfig.ChildSvd(double wMax, boolean symmetric) ->
          new ChildSvdMutation(wMax, symmetric);
      case MutationConfig.TopSingular(double sigma, int components) ->
          new TopSingularMutation(sigma, components);
      case MutationConfig.CoefficientGaussian(double sigma) ->
          new CoefficientGaussianMutation(sigma, granularity);
    };
  }
}
