package org.cycleqd.experiment.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.cycleqd.checkpoint.adapter.Adapter;
import org.cycleqd.experiment.BasisConfig;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.ExpertConfig;
import org.cycleqd.merge.recipe.ModelReference;
import org.cycleqd.merge.recipe.RecipeWriter;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeRecipe;
import org.cycleqd.spectral.Treatment;
import org.cycleqd.tensor.DType;

/** The recipe that makes an exported model again from the configured base and experts. */
final class MergeRecipe {

  private MergeRecipe() {}

  /**
   * The text of the recipe.
   *
   * @param outDtype number format of the exported weights
   * @return empty if a recipe cannot express the genome or name one of the folders
   */
  static Optional<String> of(ExperimentConfig config, Genome genome, DType outDtype) {
    BasisConfig basis = config.basis();
    if (basis.vectors() == Treatment.EXCLUDE
        || basis.embeddings() == Treatment.EXCLUDE
        || basis.heads() == Treatment.EXCLUDE) {
      return Optional.empty(); // a recipe's weights hold for all tensors
    }
    List<Path> experts = config.experts().stream().map(ExpertConfig::path).toList();
    // A recipe merges model folders.
    if (experts.stream().anyMatch(SvfExpert::isAt)
        || !ModelReference.names(config.base().toString())
        || !experts.stream().allMatch(path -> ModelReference.names(path.toString()))) {
      return Optional.empty();
    }
    return GenomeRecipe.of(
            genome,
            ModelReference.of(config.base().toString()),
            experts.stream().map(path -> expert(config.base(), path)).toList(),
            outDtype)
        .map(RecipeWriter::write);
  }

  /** How a recipe names an expert: a model, or the base with an adapter. */
  static ModelReference expert(Path base, Path expert) {
    ModelReference alone = ModelReference.of(expert.toString());
    return Adapter.isAdapter(expert)
        ? new ModelReference(ModelReference.of(base.toString()).model(), Optional.of(alone.model()))
        : alone;
  }
}
