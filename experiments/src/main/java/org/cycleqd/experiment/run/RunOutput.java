package org.cycleqd.experiment.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.engine.CandidateRecord;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.engine.SearchOutcome;
import org.cycleqd.experiment.ConfigWriter;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.ExpertConfig;
import org.cycleqd.export.ModelCard;
import org.cycleqd.export.ModelExport;
import org.cycleqd.figure.Figure;
import org.cycleqd.figure.Seed;
import org.cycleqd.lm.Work;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.pool.Exam;
import org.cycleqd.report.Curve;
import org.cycleqd.report.Lineage;
import org.cycleqd.report.MethodScore;
import org.cycleqd.report.ReportContent;
import org.cycleqd.report.ReportFigures;
import org.cycleqd.report.ReportWriter;
import org.cycleqd.report.ScoreMatrix;
import org.cycleqd.report.Similarity;
import org.cycleqd.report.Summary;
import org.cycleqd.spectral.ExpertSimilarity;
import org.cycleqd.spectral.GenomeWeights;

/** Writes what a run leaves behind: summary, figures, report and models. */
final class RunOutput {

  private static final String TEST = "test";
  private static final String OPTIMISATION = "optimisation";

  private final ExperimentConfig config;
  private final RunFolder folder;
  private final Invocation invocation;
  private final Ingredients ingredients;
  private final SearchOutcome outcome;
  private final TestScores test;
  private final Duration searchTime;

  RunOutput(
      ExperimentConfig config,
      RunFolder folder,
      Invocation invocation,
      Ingredients ingredients,
      SearchOutcome outcome,
      TestScores test,
      Duration searchTime) {
    this.config = config;
    this.folder = folder;
    this.invocation = invocation;
    this.ingredients = ingredients;
    this.outcome = outcome;
    this.test = test;
    this.searchTime = searchTime;
  }

  /**
   * Writes everything.
   *
   * @param work what the search cost, as far as it was done now
   */
  RunResult write(Work work) throws IOException {
    Summary summary = summary();
    summary.write(folder.summary());
    ReportContent content = content(summary, RunHistory.read(RunHistory.journal(folder.path())));
    Files.createDirectories(folder.figures());
    for (Figure figure : ReportFigures.of(content).all()) {
      figure.writePng(folder.figures().resolve(figure.name() + ".png"));
      figure.writeSvg(folder.figures().resolve(figure.name() + ".svg"));
    }
    ReportWriter.write(folder.report(), content);
    List<Path> exports = new ArrayList<>();
    if (config.output().export()) {
      for (Method method : test.methods()) {
        if (method.exported()) {
          exports.add(export(method, summary));
        }
      }
    }
    return new RunResult(folder, summary, exports, work);
  }

  private Summary summary() {
    Map<String, MethodScore.Kind> kinds = new HashMap<>();
    List<String> names = new ArrayList<>();
    for (Method method : test.methods()) {
      kinds.put(method.name(), method.kind());
      names.add(method.name());
    }
    SequencedMap<String, double[][]> scores = new LinkedHashMap<>();
    List<Exam> exams = test.examination().exams();
    for (int k = 0; k < exams.size(); k++) {
      int task = k;
      scores.put(
          exams.get(k).name(),
          test.evaluations().stream()
              .map(evaluation -> evaluation.tasks().get(task).toArray())
              .toArray(double[][]::new));
    }
    return Summary.of(TEST, ScoreMatrix.of(names, scores), kinds);
  }

  private ReportContent content(Summary summary, RunHistory history) {
    List<String> experts = ingredients.basis().layout().experts();
    ExpertSimilarity similarity = ExpertSimilarity.of(ingredients.basis());
    return new ReportContent(
        new ReportContent.Run(
            config.name(),
            Objects.toString(config.base().getFileName()),
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
        List.of(
            Similarity.of("Cosine of task vectors", experts, similarity.taskVectors()),
            Similarity.of("Cosine of singular values", experts, similarity.spectra())),
        outcome
            .best()
            .map(best -> Lineage.of(best.candidate().number(), history))
            .orElseGet(Lineage::none),
        costs(history),
        new ReportContent.Reproduction(
            invocation.command(),
            invocation.version(),
            ConfigWriter.write(config),
            config.output().export() ? folder.exports().resolve("best").toString() : ""));
  }

  private static Curve curve(RunHistory history) {
    List<Curve.Point> points = new ArrayList<>();
    double bestMean = Double.NEGATIVE_INFINITY;
    for (RunHistory.Point point : history.curve()) {
      Optional<List<Double>> scores = history.candidates().get(point.candidate()).scores();
      if (scores.isPresent()) {
        double mean = scores.get().stream().mapToDouble(Double::doubleValue).average().orElse(0);
        bestMean = Math.max(bestMean, mean);
      }
      points.add(
          new Curve.Point(
              point.candidate(),
              point.metrics().stream().map(metrics -> metrics.qdScore()).toList(),
              point.metrics().stream().map(metrics -> metrics.coverage()).toList(),
              point.metrics().stream().map(metrics -> metrics.best()).toList(),
              bestMean));
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
    return new ReportContent.Costs(children, failed, items, searchTime, others);
  }

  private Path export(Method method, Summary summary) throws IOException {
    Path target = folder.exports().resolve(method.name());
    try (Tiles tiles = new Tiles(Runtime.getRuntime().availableProcessors());
        GenomeWeights weights = ingredients.basis().weights(method.genome(), tiles, _ -> {})) {
      ModelExport.publish(
          target, ingredients.base(), weights, card(method, summary), ExistingTarget.REPLACE);
    }
    return target;
  }

  private ModelCard card(Method method, Summary summary) {
    List<String> parents = new ArrayList<>();
    parents.add(config.base().toString());
    config.experts().stream().map(ExpertConfig::path).map(Path::toString).forEach(parents::add);
    MethodScore score =
        summary.methods().stream()
            .filter(row -> row.name().equals(method.name()))
            .findFirst()
            .orElseThrow();
    return new ModelCard(
        config.name() + "-" + method.name(),
        parents,
        Optional.empty(),
        "A merge of %d experts on one base, found by CycleQD (arXiv 2410.14735): %s."
            .formatted(config.experts().size(), method.origin()),
        config.name(),
        config.seed(),
        "Share of each expert's task vector, by layer group (genome %s):\n\n%s"
            .formatted(method.genome().digest(), CoefficientTable.of(method.genome())),
        score.scores(),
        invocation.command(),
        ConfigWriter.write(config),
        MergeRecipe.of(
            config,
            method.genome(),
            ingredients.base().tensors().firstEntry().getValue().spec().dtype()));
  }
}
