package org.cycleqd.experiment;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * An evolution of merged models: the ingredients, the tasks and the constants of CycleQD (arXiv
 * 2410.14735). Defaults are the paper's wherever it gives a value.
 *
 * @param name the run's folder below {@code output.folder}
 * @param seed every random draw derives from it
 * @param base the model that the experts were tuned from, a Hugging Face folder
 * @param experts at least two, one for each task
 * @param tasks at least two; each is the quality in turn, the others are the behaviour
 *     characteristics
 * @param baselines merges without a search that are tested too
 */
public record ExperimentConfig(
    String name,
    @Default("1") long seed,
    Path base,
    List<ExpertConfig> experts,
    List<TaskConfig> tasks,
    @Default("{}") GenomeConfig genome,
    @Default("{}") BasisConfig basis,
    @Default("{}") ArchiveConfig archive,
    @Default("{}") SearchConfig search,
    @Default("[]") List<BaselineConfig> baselines,
    @Default("{}") ScreeningConfig screening,
    @Default("{}") AggregationConfig aggregation,
    @Default("{sync: each-record}") JournalConfig journal,
    @Default("{}") RuntimeConfig runtime,
    @Default("{}") OutputConfig output)
    implements RunConfig {

  /** Copies the lists and checks that experts, tasks and ranges fit together. */
  public ExperimentConfig {
    experts = List.copyOf(experts);
    tasks = List.copyOf(tasks);
    baselines = List.copyOf(baselines);
    Require.name("name", name);
    List<String> taskNames = tasks.stream().map(TaskConfig::name).toList();
    Require.that(tasks.size() >= 2, "tasks", "has %d, allowed: 2 or more".formatted(tasks.size()));
    unique("tasks", "name", taskNames);
    unique("baselines", "name", baselines.stream().map(BaselineConfig::label).toList());
    unique("experts", "name", experts.stream().map(ExpertConfig::name).toList());
    unique("experts", "task", experts.stream().map(ExpertConfig::task).toList());
    for (int i = 0; i < experts.size(); i++) {
      known("experts." + i + ".task", experts.get(i).task(), taskNames);
    }
    Require.that(
        experts.size() == tasks.size(),
        "experts",
        "has %d, allowed: one for each of the %d tasks".formatted(experts.size(), tasks.size()));
    Require.that(
        search.stopping() == SearchConfig.Stopping.NONE
            || !(archive.add() instanceof AddRuleConfig.DominatedNovelty),
        "search.stopping",
        "is %s, allowed: none, since a dominated-novelty archive may take later what it rejects now"
            .formatted(search.stopping().name().toLowerCase(Locale.ROOT)));
    long validated = tasks.stream().filter(task -> task.validation() > 0).count();
    Require.that(
        validated == 0 || validated == tasks.size(),
        "tasks",
        "give validation items in %d of %d, allowed: in all or in none"
            .formatted(validated, tasks.size()));
    archive.ranges().keySet().forEach(task -> known("archive.ranges." + task, task, taskNames));
  }

  @Override
  public List<String> expertNames() {
    return experts.stream().map(ExpertConfig::name).toList();
  }

  @Override
  public List<String> expertTasks() {
    return experts.stream().map(ExpertConfig::task).toList();
  }

  @Override
  public List<String> taskNames() {
    return tasks.stream().map(TaskConfig::name).toList();
  }

  @Override
  public int workers(int processors) {
    return runtime.workers(processors, search.lag());
  }

  @Override
  public Path runs() {
    return output.folder();
  }

  private static void unique(String list, String key, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      Require.that(
          seen.add(names.get(i)),
          "%s.%d.%s".formatted(list, i, key),
          "is '%s' again, allowed: a different one in each of %s".formatted(names.get(i), list));
    }
  }

  private static void known(String field, String task, List<String> tasks) {
    Require.that(
        tasks.contains(task),
        field,
        "names no task: '%s'%s".formatted(task, NearestName.hint(task, tasks)));
  }
}
