package org.cycleqd.experiment.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.engine.SearchOutcome;
import org.cycleqd.experiment.ConfigWriter;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.ExpertConfig;
import org.cycleqd.export.ModelCard;
import org.cycleqd.export.ModelExport;
import org.cycleqd.lm.Work;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.report.MethodScore;
import org.cycleqd.report.Similarity;
import org.cycleqd.report.Summary;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeWeights;
import org.cycleqd.spectral.analysis.ExpertAnalysis;
import org.cycleqd.spectral.analysis.ExpertCosines;

/** Writes what a run with models leaves behind: summary, figures, report and models. */
final class RunOutput {

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
    List<String> experts = config.expertNames();
    ExpertCosines similarity = ExpertAnalysis.of(ingredients.basis()).total();
    Summary summary =
        new RunReport(
                config,
                folder,
                invocation,
                Objects.toString(config.base().getFileName()),
                List.of(
                    Similarity.of("Cosine of task vectors", experts, similarity.taskVectors()),
                    Similarity.of("Cosine of singular values", experts, similarity.spectra())),
                searchTime,
                config.output().export() ? folder.exports().resolve("best").toString() : "")
            .write(outcome, test.methods(), test.evaluations());
    List<Path> exports = new ArrayList<>();
    if (config.output().export()) {
      for (Method method : test.methods()) {
        if (method.exported()) {
          exports.add(export(method, method.genome().orElseThrow(), summary));
        }
      }
    }
    return new RunResult(folder, summary, exports, work, outcome.ending());
  }

  private Path export(Method method, Genome genome, Summary summary) throws IOException {
    Path target = folder.exports().resolve(method.name());
    try (Tiles tiles = new Tiles(Runtime.getRuntime().availableProcessors());
        GenomeWeights weights = ingredients.basis().weights(genome, tiles, _ -> {})) {
      ModelExport.publish(
          target,
          ingredients.base(),
          weights,
          card(method, genome, summary),
          ExistingTarget.REPLACE);
    }
    return target;
  }

  private ModelCard card(Method method, Genome genome, Summary summary) {
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
            .formatted(genome.digest(), CoefficientTable.of(genome)),
        score.scores(),
        invocation.command(),
        ConfigWriter.write(config),
        MergeRecipe.of(
            config, genome, ingredients.base().tensors().firstEntry().getValue().spec().dtype()));
  }
}
