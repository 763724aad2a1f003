package org.cycleqd.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.cycleqd.archive.AddRule;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.CellLayout;
import org.cycleqd.random.Draws;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides a search besides the experts and the evaluator. Two searches with equal
 * settings, experts and evaluator write the same journal.
 *
 * @param seed the seed of all randomness
 * @param tasks the tasks in task order, at least two
 * @param children number of children to breed after the experts; 1200 in the paper
 * @param lag how far a child's archives lie behind: child {@code t} is bred from archives that hold
 *     the children up to {@code t - lag}, so {@code lag} children can be scored at the same time; 1
 *     is the paper's algorithm to the letter
 * @param grid how tasks become axes
 * @param sampling how parents are drawn
 * @param variation how children are made
 * @param temperature divides the qualities in the softmax of the aggregation; 1 in the paper
 * @param archive kind of the archives; null is {@link ArchiveForm#GRID}, the paper's, of which
 *     journals say nothing
 * @param strategy what proposes children; null is {@link StrategyChoice#CYCLEQD}, of which journals
 *     say nothing
 * @param limits where the search ends before its last child; null is nowhere
 * @param stopping when a candidate is stopped before all its items are scored; null stops none
 * @param reevaluation when elites are scored again; null is never
 */
public record SearchSettings(
    long seed,
    List<SearchTask> tasks,
    int children,
    int lag,
    GridRule grid,
    Sampling sampling,
    Variation variation,
    double temperature,
    @Nullable ArchiveForm archive,
    @Nullable StrategyChoice strategy,
    @Nullable Limits limits,
    @Nullable Stopping stopping,
    @Nullable Reevaluation reevaluation) {

  /** CycleQD up to the last child. */
  public SearchSettings(
      long seed,
      List<SearchTask> tasks,
      int children,
      int lag,
      GridRule grid,
      Sampling sampling,
      Variation variation,
      double temperature,
      @Nullable ArchiveForm archive) {
    this(
        seed,
        tasks,
        children,
        lag,
        grid,
        sampling,
        variation,
        temperature,
        archive,
        null,
        null,
        null,
        null);
  }

  /** Copies the tasks and checks all numbers. Defaults become null. */
  public SearchSettings {
    tasks = List.copyOf(tasks);
    strategy = StrategyChoice.CYCLEQD.equals(strategy) ? null : strategy;
    archive = ArchiveForm.GRID.equals(archive) ? null : archive;
    if (tasks.size() < 2) {
      throw new IllegalArgumentException(
          "a cyclic search needs at least 2 tasks: one is the quality, the others are behaviour"
              + " characteristics; got %d".formatted(tasks.size()));
    }
    List<String> names = tasks.stream().map(SearchTask::name).toList();
    if (names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException("task names must differ, got " + names);
    }
    if (children < 0) {
      throw new IllegalArgumentException("children must not be negative, was " + children);
    }
    if (lag < 1) {
      throw new IllegalArgumentException("lag must be at least 1, was " + lag);
    }
    if (stopping != null && archive != null && archive.add() instanceof AddRule.DominatedNovelty) {
      throw new IllegalArgumentException(
          "dominated novelty search may take later what it rejects now, so no candidate can be stopped early");
    }
    if (stopping != null && reevaluation != null) {
      throw new IllegalArgumentException(
          "elites that are scored again may fall, so no candidate can be stopped early");
    }
    if (!(temperature > 0) || !Double.isFinite(temperature)) {
      throw new IllegalArgumentException(
          "the temperature of the aggregation must be positive, was " + temperature);
    }
  }

  /** The paper's settings; task {@code i} belongs to expert {@code i}. */
  public static SearchSettings paper(long seed, List<String> taskNames) {
    List<SearchTask> tasks = new ArrayList<>();
    for (String name : taskNames) {
      tasks.add(SearchTask.of(name, tasks.size()));
    }
    return new SearchSettings(
        seed, tasks, 1200, 1, GridRule.PAPER, Sampling.PAPER, Variation.PAPER, 1.0, null);
  }

  /** The tasks' names, in task order. */
  public List<String> taskNames() {
    return tasks.stream().map(SearchTask::name).toList();
  }

  /** The components, of which some may be changed. */
  private final class Change {

    private int children = SearchSettings.this.children;
    private int lag = SearchSettings.this.lag;
    private GridRule grid = SearchSettings.this.grid;
    private Sampling sampling = SearchSettings.this.sampling;
    private Variation variation = SearchSettings.this.variation;
    private @Nullable ArchiveForm archive = SearchSettings.this.archive;
    private @Nullable StrategyChoice strategy = SearchSettings.this.strategy;
    private @Nullable Limits limits = SearchSettings.this.limits;
    private @Nullable Stopping stopping = SearchSettings.this.stopping;
    private @Nullable Reevaluation reevaluation = SearchSettings.this.reevaluation;
  }

  private SearchSettings with(Consumer<Change> edit) {
    Change change = new Change();
    edit.accept(change);
    return new SearchSettings(
        seed,
        tasks,
        change.children,
        change.lag,
        change.grid,
        change.sampling,
        change.variation,
        temperature,
        change.archive,
        change.strategy,
        change.limits,
        change.stopping,
        change.reevaluation);
  }

  /** The same with another number of children and another lag. */
  public SearchSettings withBudget(int children, int lag) {
    return with(change -> {
      change.children = children;
      change.lag = lag;
    });
  }

  /** The same with another grid rule. */
  public SearchSettings withGrid(GridRule grid) {
    return with(change -> change.grid = grid);
  }

  /** The same with another way to draw parents. */
  public SearchSettings withSampling(Sampling sampling) {
    return with(change -> change.sampling = sampling);
  }

  /** The same with other operators. */
  public SearchSettings withVariation(Variation variation) {
    return with(change -> change.variation = variation);
  }

  /** The same with another kind of archives. */
  public SearchSettings withArchive(ArchiveForm archive) {
    return with(change -> change.archive = archive);
  }

  /** The same with another strategy. */
  public SearchSettings withStrategy(StrategyChoice strategy) {
    return with(change -> change.strategy = strategy);
  }

  /** The same with other limits. */
  public SearchSettings withLimits(Limits limits) {
    return with(change -> change.limits = limits);
  }

  /**
   * The same with candidates that are stopped early.
   *
   * @throws IllegalArgumentException if the archives have no bars
   */
  public SearchSettings withStopping(@Nullable Stopping stopping) {
    return with(change -> change.stopping = stopping);
  }

  /**
   * The same with elites that are scored again.
   *
   * @throws IllegalArgumentException if candidates are stopped early
   */
  public SearchSettings withReevaluation(@Nullable Reevaluation reevaluation) {
    return with(change -> change.reevaluation = reevaluation);
  }

  /** What proposes children. */
  public StrategyChoice strategyChoice() {
    return strategy == null ? StrategyChoice.CYCLEQD : strategy;
  }

  /** The kind of the archives. */
  public ArchiveForm form() {
    return archive == null ? ArchiveForm.GRID : archive;
  }

  /** The places of every task's archive; what has to be drawn is drawn by the seed. */
  List<CellLayout> layouts(ArchiveForm kind, List<Axis> axes) {
    return kind.layouts(axes, task -> Draws.at(seed, "centroids", task)::uniform);
  }
}
