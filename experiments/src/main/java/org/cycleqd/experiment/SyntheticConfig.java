package org.cycleqd.experiment;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An evolution on analytic landscapes instead of models, to study the search itself.
 *
 * @param name the run's folder below {@code output.folder}
 * @param seed every random draw of the search derives from it
 * @param synthetic the landscape
 */
public record SyntheticConfig(
    String name,
    @Default("1") long seed,
    LandscapeConfig synthetic,
    @Default("{}") GenomeConfig genome,
    @Default("{}") ArchiveConfig archive,
    @Default("{}") SearchConfig search,
    @Default("{}") AggregationConfig aggregation,
    @Default("{sync: each-record}") JournalConfig journal,
    @Default("{}") Execution runtime,
    @Default("{}") Output output)
    implements RunConfig {

  /** Checks name and ranges. */
  public SyntheticConfig {
    Require.name("name", name);
    Require.that(
        search.limits().tokens() == null,
        "search.limits.tokens",
        "is set, allowed: nothing, since landscapes read no tokens");
    for (String task : archive.ranges().keySet()) {
      Require.that(
          synthetic.tasks().contains(task),
          "archive.ranges." + task,
          "names no task: '%s'%s".formatted(task, NearestName.hint(task, synthetic.tasks())));
    }
  }

  /**
   * How candidates are evaluated.
   *
   * @param workers candidates evaluated at a time; if null, one: scoring takes less time than
   *     handing over
   */
  public record Execution(@Nullable Integer workers) {

    /** Checks the number. */
    public Execution {
      if (workers != null) {
        Require.between("workers", workers, 1, 1024);
      }
    }
  }

  /**
   * What a run leaves behind.
   *
   * @param folder holds one folder per run; relative to the working directory
   */
  public record Output(@WorkingDirectory @Default("runs") Path folder) {}

  @Override
  public List<String> expertNames() {
    return synthetic.tasks();
  }

  @Override
  public List<String> expertTasks() {
    return synthetic.tasks();
  }

  @Override
  public List<String> taskNames() {
    return synthetic.tasks();
  }

  @Override
  public int workers(int processors) {
    Integer workers = runtime.workers();
    return workers == null ? 1 : workers;
  }

  @Override
  public Path runs() {
    return output.folder();
  }
}
