package org.cycleqd.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.Elite;
import org.cycleqd.random.Draws;

/** A made-up search whose candidates lie between the experts and creep upwards. */
public final class SampleArchives {

  private SampleArchives() {}

  /** One expert per task, good at it. */
  public static List<Seed> seeds(int tasks) {
    List<Seed> seeds = new ArrayList<>();
    for (int expert = 0; expert < tasks; expert++) {
      List<Double> scores = new ArrayList<>();
      for (int task = 0; task < tasks; task++) {
        scores.add(task == expert ? 0.55 : 0.2 + 0.05 * task);
      }
      seeds.add(new Seed(names(tasks).get(expert) + " expert", scores));
    }
    return seeds;
  }

  /** Names of the first tasks. */
  public static List<String> names(int tasks) {
    return List.of("coding", "database", "os", "maths", "choice").subList(0, tasks);
  }

  /** The archives after some candidates. */
  public static ArchiveCycle cycle(int tasks, int candidates) {
    return cycle(tasks, candidates, ArchiveForm.GRID);
  }

  /** Archives of any kind after some candidates. */
  public static ArchiveCycle cycle(int tasks, int candidates, ArchiveForm form) {
    List<Axis> axes = names(tasks).stream().map(name -> Axis.of(name, 0.17, 0.63, 15)).toList();
    ArchiveCycle cycle =
        ArchiveCycle.of(
            axes, form.layouts(axes, task -> Draws.at(3, "centroids", task)::uniform), form.add());
    List<Seed> seeds = seeds(tasks);
    for (int s = 0; s < seeds.size(); s++) {
      cycle.offer(new Elite(s, seeds.get(s).scores()));
    }
    for (int c = tasks; c < candidates; c++) {
      cycle.offer(new Elite(c, scores(seeds, c)));
    }
    return cycle;
  }

  /** Scores of a child. */
  public static List<Double> scores(List<Seed> seeds, int candidate) {
    Draws draws = Draws.at(7, "sample", candidate);
    double[] weights = new double[seeds.size()];
    Arrays.setAll(weights, s -> -Math.log(draws.uniform(s)));
    double sum = Arrays.stream(weights).sum();
    List<Double> scores = new ArrayList<>();
    for (int task = 0; task < seeds.size(); task++) {
      double score = 0.00016 * candidate + 0.03 * draws.gaussian(100 + task);
      for (int s = 0; s < seeds.size(); s++) {
        score += weights[s] / sum * seeds.get(s).scores().get(task);
      }
      scores.add(Math.clamp(score, 0.0, 1.0));
    }
    return scores;
  }

  static ArchiveView archive(int tasks, int task) {
    return cycle(tasks, 500).archives().get(task);
  }
}
