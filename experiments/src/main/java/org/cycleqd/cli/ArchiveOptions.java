package org.cycleqd.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cycleqd.archive.AddRule;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.CvtRule;
import org.cycleqd.archive.Range;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.experiment.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cells a finished run's scores are put into. */
final class ArchiveOptions {

  private static final int MOST_BINS = 1000;
  private static final int MOST_CELLS = 10_000;

  @Option(
      names = "--bins",
      paramLabel = "N",
      description = "Offer all scores again to grids of so many bins on each axis.")
  private @Nullable Integer bins;

  @Option(
      names = "--cells",
      paramLabel = "N",
      description = "Offer all scores again to so many cells around centroids.")
  private @Nullable Integer cells;

  @Option(
      names = "--range",
      paramLabel = "TASK=LOW:HIGH",
      description =
          "Offer all scores again, with this range on a task's axis. Can be given more than once.")
  private @Nullable List<String> ranges;

  /** Whether the archives are others than the run's own. */
  boolean given() {
    return bins != null || cells != null || ranges != null;
  }

  /** The archives that the options ask for. */
  ArchiveCycle archives(RunHistory history) {
    within("--bins", bins, 1, MOST_BINS);
    within("--cells", cells, 2, MOST_CELLS);
    if (bins != null && cells != null) {
      throw new ConfigException("--bins and --cells are given, expected one of them");
    }
    Map<String, Range> wanted = ranges(history.header().settings().taskNames());
    ArchiveForm form = form(history.header().settings().form());
    List<Axis> axes = new ArrayList<>();
    for (Axis axis : history.axes()) {
      int count = bins != null ? bins : cells != null ? 1 : axis.bins();
      Range range = wanted.getOrDefault(axis.task(), new Range(axis.low(), axis.high()));
      try {
        axes.add(Axis.of(axis.task(), range, count));
      } catch (IllegalArgumentException e) {
        throw new ConfigException("--range: " + e.getMessage());
      }
    }
    return history.replayed(form, axes);
  }

  private ArchiveForm form(ArchiveForm own) {
    if (bins == null && cells == null) {
      return own;
    }
    AddRule rule = own.add() instanceof AddRule.DominatedNovelty ? new AddRule.Strict() : own.add();
    return new ArchiveForm(cells == null ? null : CvtRule.of(cells), rule);
  }

  private Map<String, Range> ranges(List<String> tasks) {
    Map<String, Range> wanted = new HashMap<>();
    for (String range : ranges == null ? List.<String>of() : ranges) {
      int equals = range.indexOf('=');
      int colon = range.indexOf(':', equals + 1);
      String task = range.substring(0, Math.max(0, equals));
      if (!tasks.contains(task)) {
        throw new ConfigException(
            "--range is '%s', expected TASK=LOW:HIGH with one of the tasks %s"
                .formatted(range, String.join(", ", tasks)));
      }
      try {
        wanted.put(
            task,
            new Range(
                Double.parseDouble(range.substring(equals + 1, Math.max(equals + 1, colon))),
                Double.parseDouble(range.substring(colon + 1))));
      } catch (IllegalArgumentException e) {
        throw new ConfigException(
            "--range is '%s', expected two numbers with LOW below HIGH, as in %s=0.2:0.8"
                .formatted(range, task));
      }
    }
    return wanted;
  }

  private static void within(String option, @Nullable Integer value, int low, int high) {
    if (value != null && (value < low || value > high)) {
      throw new ConfigException(
          "%s is %d, allowed: from %d to %d".formatted(option, value, low, high));
    }
  }
}
