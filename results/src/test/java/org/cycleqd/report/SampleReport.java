package org.cycleqd.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.ArchiveSnapshot;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Elite;
import org.cycleqd.figure.SampleArchives;
import org.cycleqd.figure.Seed;
import org.cycleqd.random.Draws;
import org.cycleqd.report.MethodScore.Kind;

/** A made-up run of three experts. */
final class SampleReport {

  private static final int CANDIDATES = 400;

  private SampleReport() {}

  static Summary summary(String base) {
    SequencedMap<String, Kind> kinds = new LinkedHashMap<>();
    kinds.put(base, Kind.BASE);
    kinds.put("coding expert", Kind.EXPERT);
    kinds.put("database expert", Kind.EXPERT);
    kinds.put("os expert", Kind.EXPERT);
    kinds.put("plain average", Kind.AVERAGE);
    kinds.put("best child (#386)", Kind.BEST);
    kinds.put("aggregate", Kind.AGGREGATE);
    Map<String, double[]> chances = new LinkedHashMap<>();
    chances.put("coding", new double[] {0.67, 0.70, 0.66, 0.66, 0.73, 0.76, 0.75});
    chances.put("database", new double[] {0.05, 0.21, 0.42, 0.02, 0.25, 0.38, 0.40});
    chances.put("os", new double[] {0.25, 0.21, 0.29, 0.30, 0.43, 0.43, 0.40});
    SequencedMap<String, double[][]> scores = new LinkedHashMap<>();
    chances.forEach((task, chance) -> scores.put(task, items(task, chance)));
    return Summary.of("test", ScoreMatrix.of(List.copyOf(kinds.keySet()), scores), kinds);
  }

  /** Items differ in difficulty, so methods agree on many of them. */
  private static double[][] items(String task, double[] chances) {
    int items = task.equals("os") ? 54 : 180;
    double[][] scores = new double[chances.length][items];
    Draws difficulty = Draws.at(3, "difficulty", task);
    for (int method = 0; method < chances.length; method++) {
      Draws luck = Draws.at(3, "luck", task, method);
      for (int item = 0; item < items; item++) {
        double draw =
            luck.uniform(item) < 0.7 ? difficulty.uniform(item) : luck.uniform(1000 + item);
        scores[method][item] = draw < chances[method] ? 1 : 0;
      }
    }
    return scores;
  }

  static ReportContent content() {
    return content("three-experts", "Llama-3-8B-Instruct", "name: three-experts\nseed: 42\n");
  }

  static ReportContent content(String name, String base, String config) {
    List<String> tasks = SampleArchives.names(3);
    List<Seed> seeds = SampleArchives.seeds(3);
    ArchiveCycle cycle = SampleArchives.cycle(3, 3);
    List<Curve.Point> points = new ArrayList<>();
    double bestMean = seeds.stream().mapToDouble(seed -> mean(seed.scores())).max().orElseThrow();
    List<Lineage.Candidate> journal = new ArrayList<>();
    for (int c = 0; c < CANDIDATES; c++) {
      if (c < 3) {
        journal.add(Lineage.Candidate.expert(c, seeds.get(c).name()));
      } else {
        List<Double> scores = SampleArchives.scores(seeds, c);
        bestMean = Math.max(bestMean, mean(scores));
        cycle.offer(new Elite(c, scores));
        Draws draws = Draws.at(5, "parents", c);
        journal.add(
            Lineage.Candidate.child(
                c, List.of(draws.below(0, c) * 2 / 3, draws.below(1, c) * 2 / 3)));
      }
      points.add(Curve.Point.of(c, cycle.archives(), bestMean));
    }
    List<String> experts = seeds.stream().map(Seed::name).toList();
    List<ArchiveSnapshot> archives = cycle.archives().stream().map(ArchiveView::snapshot).toList();
    SequencedMap<String, String> others = new LinkedHashMap<>();
    others.put("Items saved by early stopping", "18,204");
    return new ReportContent(
        new ReportContent.Run(name, base, experts, tasks, "component", 42, "optimisation"),
        summary(base),
        archives,
        seeds,
        new Curve(tasks, points),
        List.of(
            Similarity.of(
                "Cosine of task vectors",
                experts,
                new double[][] {{1, 0.12, 0.08}, {0.12, 1, 0.31}, {0.08, 0.31, 1}}),
            Similarity.of(
                "Mean cosine of singular values",
                experts,
                new double[][] {{1, 0.97, 0.88}, {0.97, 1, 0.99}, {0.88, 0.99, 1}})),
        Lineage.of(386, journal::get),
        new ReportContent.Costs(
            CANDIDATES - 3, 4, 164_350, Duration.ofSeconds(3 * 3600 + 1265), others),
        new ReportContent.Reproduction(
            "./cycleqd run configs/three-experts.yaml --name three-experts",
            "0.1.0",
            config,
            "runs/three-experts/export/best"));
  }

  private static double mean(List<Double> scores) {
    return scores.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
