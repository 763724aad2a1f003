package org.cycleqd.experiment.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.SyntheticConfig;
import org.cycleqd.spectral.Granularity;
import org.cycleqd.spectral.TensorSite;

/** The tensors of a run's models that share a pair of crossover weights, by their key. */
public final class CrossoverKeys {

  private CrossoverKeys() {}

  /**
   * The keys of a granularity. All but the whole model's need the base model, whose tensors the
   * journal does not name; without it they are unknown.
   *
   * @return the keys in the model's order, empty if they are unknown
   */
  public static List<String> of(RunFolder run, Granularity granularity) throws IOException {
    if (granularity == Granularity.MODEL) {
      return List.of(granularity.key(new TensorSite("any", 0, 0)));
    }
    return switch (run.readConfig()) {
      case SyntheticConfig synthetic ->
          SyntheticRun.landscape(synthetic).layout().tensors().stream()
              .map(granularity::key)
              .distinct()
              .toList();
      case ExperimentConfig models -> of(models.base(), granularity);
    };
  }

  private static List<String> of(Path base, Granularity granularity) throws IOException {
    if (!Files.isDirectory(base)) {
      return List.of();
    }
    try (Checkpoint checkpoint = Checkpoint.open(base)) {
      return granularity == Granularity.TENSOR
          ? List.copyOf(checkpoint.tensors().keySet())
          // Embeddings, each layer, and the final norm with the head.
          : IntStream.range(0, checkpoint.config().layers() + 2)
              .mapToObj(group -> granularity.key(new TensorSite("any", group, 0)))
              .toList();
    }
  }
}
