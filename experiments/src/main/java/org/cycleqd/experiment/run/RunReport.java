package org.cycleqd.experiment.run;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.engine.CandidateRecord;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.engine.SearchOutcome;
import org.cycleqd.experiment.RunConfig;
import org.cycleqd.figure.Figure;
import org.cycleqd.figure.Seed;
import org.cycleqd.report.Curve;
import org.cycleqd.report.Lineage;
import org.cycleqd.report.MethodScore;
import org.cycleqd.report.ReportContent;
import org.cycleqd.report.ReportFigures;
import org.cycleqd.report.ReportWriter;
import org.cycleqd.report.ScoreMatrix;
import org.cycleqd.report.Similarity;
import org.cycleqd.report.Summary;

/**
 * Writes a run's summary, figures and report.
 *
 * @param base what the experts were tuned from, in words
 * @param similarities of the experts; may be empty
 * @param searchTime that the search took in this process
 * @param export folder of the exported best model; empty if there is none
 */
record RunReport(
    RunConfig config,
    RunFolder folder,
    Invocation invocation,
    String base,
    List<Similarity> similarities,
    Duration searchTime,
    String export) {

  private static final String TEST = "test";
  private static final String OPTIMISATION = "optimisation";

  /** A curve is drawn with about so many points. */
  private static final int MOST_POINTS = 2000;

  /**
   * Writes everything.
   *
   * @param methods what the run came to
   * @param evaluations of each on the test split
   */
  Summary write(SearchOutcome outcome, List<Method> methods, List<Evaluation> evaluations)
      throws IOException {
    Summary summary = summary(methods, evaluations);
    RunHistory history = RunHistory.read(RunHistory.journal(folder.path()));
    summary.write(folder.summary(), history.digest());
    ReportContent content = content(summary, outcome, history);
    Files.createDirectories(folder.figures());
    for (Figure figure : ReportFigures.of(content).all()) {
      figure.writePng(folder.figures().resolve(figure.name() + ".png"));
      figure.writeSvg(folder.figures().resolve(figure.name() + ".svg"));
    }
    ReportWriter.write(folder.report(), content);
    return summary;
  }

  private Summary summary(List<Method> methods, List<Evaluation> evaluations) {
    Map<String, MethodScore.Kind> kinds = new HashMap<>();
    methods.forEach(method -> kinds.put(method.name(), method.kind()));
    SequencedMap<String, double[][]> scores = new LinkedHashMap<>();
    for (String task : config.taskNames()) {
      int number = scores.size();
      scores.put(
          task,
          evaluations.stream()
              .map(evaluation -> evaluation.tasks().get(number).toArray())
              .toArray(double[][]::new));
    }
    return Summary.of(
        TEST, ScoreMatrix.of(methods.stream().map(Method::name).toList(), scores), kinds);
  }

  private ReportContent content(Summary summary, SearchOutcome outcome, RunHistory history) {
    List<String> experts = config.expertNames();
    return new ReportContent(
        new ReportContent.Run(
            config.name(),
            base,
            experts,
            history.header().settings().taskNames(),
            config.genome().granularity().spelling(),
            config.seed(),
            OPTIMISATION),
        summary,
        outcome.archives().stream().map(ArchiveView::snapshot).toList(),
        history.candidates().stream()
            .limit(experts.size())
            .map(seed -> new Seed(experts.get(seed.number()), seed.scores().orElseThrow()))
            .toList(),
        curve(history),
        similarities,
        outcome
            .best()
            .map(best -> Lineage.of(best.candidate().number(), history))
            .orElseGet(Lineage::none),
        costs(history),
        new ReportContent.Reproduction(
            invocation.command(), invocation.version(), config.yaml(), export));
  }

  private static Curve curve(RunHistory history) {
    List<Curve.Point> points = new ArrayList<>();
    double bestMean = Double.NEGATIVE_INFINITY;
    int stride = 1 + history.curve().size() / MOST_POINTS;
    for (int i = 0; i < history.curve().size(); i++) {
      RunHistory.Point point = history.curve().get(i);
      Optional<List<Double>> scores = history.candidates().get(point.candidate()).scores();
      if (scores.isPresent()) {
        double mean = scores.get().stream().mapToDouble(Double::doubleValue).average().orElse(0);
        bestMean = Math.max(bestMean, mean);
      }
      if (i % stride == 0 || i == history.curve().size() - 1) {
        points.add(
            new Curve.Point(
                point.candidate(),
                point.metrics().stream().map(metrics -> metrics.qdScore()).toList(),
                point.metrics().stream().map(metrics -> metrics.coverage()).toList(),
                point.metrics().stream().map(metrics -> metrics.best()).toList(),
                bestMean));
      }
    }
    return new Curve(history.header().settings().taskNames(), points);
  }

  private ReportContent.Costs costs(RunHistory history) {
    int failed = 0;
    int stopped = 0;
    int children = 0;
    long items = 0;
    for (CandidateRecord candidate : history.candidates()) {
      failed += candidate.result() instanceof CandidateRecord.Result.Failed ? 1 : 0;
      stopped += candidate.result() instanceof CandidateRecord.Result.Stopped ? 1 : 0;
      children += candidate.child() ? 1 : 0;
      items += candidate.itemsAsked();
    }
    SequencedMap<String, String> others = new LinkedHashMap<>();
    if (history.header().settings().stopping() != null) {
      others.put("Stopped early", Integer.toString(stopped));
    }
    if (history.header().settings().reevaluation() != null) {
      others.put("Scored again", Integer.toString(history.scoredAgain().size()));
    }
    return new ReportContent.Costs(children, failed, items, searchTime, others);
  }
}
