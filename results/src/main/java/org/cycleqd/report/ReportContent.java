package org.cycleqd.report;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.cycleqd.archive.ArchiveSnapshot;
import org.cycleqd.figure.Seed;

/**
 * All that a report shows, as values. Lists that are empty leave their section out.
 *
 * @param run what was done
 * @param summary scores on the split that reports
 * @param archives the K archives, in task order
 * @param seeds the experts' scores on the split that selects, marked in the archives
 * @param curve the course of the search
 * @param similarities of the experts, one per measure
 * @param lineage of the best child
 * @param costs of the search
 * @param reproduction how to do it again and use the result
 */
public record ReportContent(
    Run run,
    Summary summary,
    List<ArchiveSnapshot> archives,
    List<Seed> seeds,
    Curve curve,
    List<Similarity> similarities,
    Lineage lineage,
    Costs costs,
    Reproduction reproduction) {

  /** Copies the lists. */
  public ReportContent {
    archives = List.copyOf(archives);
    seeds = List.copyOf(seeds);
    similarities = List.copyOf(similarities);
  }

  /**
   * What was done.
   *
   * @param name of the run
   * @param base name of the base model
   * @param experts names of the experts
   * @param tasks names of the tasks, in task order
   * @param granularity of the genome, as in the config, such as {@code component}
   * @param seed of the run's randomness
   * @param selection name of the split whose scores filled the archives
   */
  public record Run(
      String name,
      String base,
      List<String> experts,
      List<String> tasks,
      String granularity,
      long seed,
      String selection) {

    /** Copies the lists. */
    public Run {
      experts = List.copyOf(experts);
      tasks = List.copyOf(tasks);
    }
  }

  /**
   * What a search cost.
   *
   * @param children candidates made, without the experts
   * @param failures children that could not be scored
   * @param items items judged over all candidates
   * @param wallTime from start to now, without pauses
   * @param others further figures to show, by name, may be empty
   */
  public record Costs(
      int children,
      int failures,
      long items,
      Duration wallTime,
      SequencedMap<String, String> others) {

    /** Copies the further figures, keeping their order. */
    public Costs {
      others = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(others));
    }
  }

  /**
   * How to do it again.
   *
   * @param command the exact command line
   * @param version of this software
   * @param config the resolved configuration as text
   * @param export folder of the exported best model, empty if there is none
   */
  public record Reproduction(String command, String version, String config, String export) {}
}
