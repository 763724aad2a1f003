package org.cycleqd.experiment.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.experiment.ConfigWriter;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.ExpertConfig;
import org.cycleqd.experiment.UserException;
import org.cycleqd.export.ModelCard;
import org.cycleqd.export.ModelExport;
import org.cycleqd.merge.MergePlan;
import org.cycleqd.merge.Merger;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.spectral.BasisListener;
import org.cycleqd.spectral.GenomeWeights;
import org.cycleqd.spectral.SingularBasis;
import org.cycleqd.torch.TorchRuntime;

/** Writes any individual of a run as a model. */
public final class GenomeExport {

  private GenomeExport() {}

  /**
   * What was written.
   *
   * @param genome digest of the genome, or of a baseline's recipe
   * @param origin how it came about, in words
   * @param bytes of weights
   */
  public record Result(String genome, String origin, long bytes) {}

  /** Is told how far the work is. */
  public interface Observer extends BasisListener, LongConsumer {

    /** The weights are about to be written. */
    void begins(long bytes);
  }

  /**
   * Composes an individual into a Hugging Face folder, tile by tile.
   *
   * @param name a candidate's number, or base, average, best, aggregate, expert-NAME, elite-TASK,
   *     or a baseline's
   * @param target the folder to publish
   * @param threads what is written does not depend on them
   * @throws UserException if the run has no such individual, or its models have changed
   * @throws IOException if something cannot be read or written
   */
  public static Result publish(
      RunFolder run,
      String name,
      Path target,
      ExistingTarget existing,
      int threads,
      Invocation invocation,
      Observer observer)
      throws IOException {
    ExperimentConfig config = run.readModelConfig();
    RunHistory history = RunHistory.read(RunHistory.journal(run.path()));
    TorchRuntime.threads(config.runtime().threads()); // sums in the order of the run's
    try (ExperimentModels models = ExperimentModels.open(config)) {
      requireSame(run, history, models.digests());
      Optional<Baseline> baseline =
          Baseline.of(config, models).stream().filter(each -> each.name().equals(name)).findFirst();
      if (baseline.isPresent()) {
        return publish(baseline.get(), target, existing, threads, observer);
      }
      try (SingularBasis basis = models.basis(observer);
          Tiles tiles = new Tiles(threads)) {
        GenomeName.Found found = new GenomeName(name).find(history, basis);
        long bytes =
            models.base().tensors().values().stream().mapToLong(view -> view.spec().bytes()).sum();
        observer.begins(bytes);
        try (GenomeWeights weights = basis.weights(found.genome(), tiles, observer)) {
          ModelExport.publish(
              target,
              models.base(),
              weights,
              card(config, name, found, invocation, models),
              existing);
        }
        return new Result(found.genome().digest(), found.origin(), bytes);
      }
    }
  }

  private static Result publish(
      Baseline baseline, Path target, ExistingTarget existing, int threads, Observer observer)
      throws IOException {
    try (MergePlan plan = baseline.plan();
        Tiles tiles = new Tiles(threads)) {
      observer.begins(plan.bytesToWrite());
      Merger.publish(
          plan, target, existing, tiles, CheckpointContent.DEFAULT_SHARD_BYTES, observer);
      return new Result(baseline.digest(), baseline.origin(), plan.bytesToWrite());
    }
  }

  private static void requireSame(RunFolder run, RunHistory history, Map<String, String> digests) {
    Map<String, String> recorded = history.header().digests();
    digests.forEach((what, digest) -> {
      if (!digest.equals(recorded.get(what))) {
        throw new UserException(
            "%s: %s: found content %s, expected that of the run, %s"
                .formatted(run.path(), what, digest, recorded.get(what)));
      }
    });
  }

  private static ModelCard card(
      ExperimentConfig config,
      String name,
      GenomeName.Found found,
      Invocation invocation,
      ExperimentModels models) {
    List<String> parents = new ArrayList<>(List.of(config.base().toString()));
    config.experts().stream().map(ExpertConfig::path).map(Path::toString).forEach(parents::add);
    return new ModelCard(
        config.name() + "-" + name,
        parents,
        Optional.empty(),
        "A merge of %d experts on one base, found by CycleQD (arXiv 2410.14735): %s."
            .formatted(config.experts().size(), found.origin()),
        config.name(),
        config.seed(),
        "Share of each expert's task vector, by layer group (genome %s):\n\n%s"
            .formatted(found.genome().digest(), CoefficientTable.of(found.genome())),
        new LinkedHashMap<>(),
        invocation.command(),
        ConfigWriter.write(config),
        MergeRecipe.of(
            config,
            found.genome(),
            models.base().tensors().firstEntry().getValue().spec().dtype()));
  }
}
