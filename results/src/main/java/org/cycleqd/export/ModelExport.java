package org.cycleqd.export;

import java.io.IOException;
import java.nio.file.Path;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.tensor.TensorSource;

/** Publishes a composed model as a Hugging Face folder that other tools open. */
public final class ModelExport {

  private static final String CARD = "README.md";
  private static final String MERGE_RECIPE = "mergekit_config.yml";

  private ModelExport() {}

  /**
   * Writes weights, configuration, tokenizer, model card and, where there is one, the merge recipe
   * {@code mergekit_config.yml}; the folder appears complete or not at all.
   *
   * @param target the folder to publish
   * @param donor gives configuration, tensors' dtypes and shapes, tokenizer, chat template and
   *     generation settings; usually the base model
   * @param weights supplies each of the donor's tensors, in the donor's dtype
   * @param card what the model is
   * @param existing whether a target that is not empty is refused or replaced
   * @throws org.cycleqd.checkpoint.CheckpointException if the target may not be written
   * @throws IOException if the weights cannot be supplied or a file cannot be written
   */
  public static void publish(
      Path target, Checkpoint donor, TensorSource weights, ModelCard card, ExistingTarget existing)
      throws IOException {
    CheckpointContent content =
        CheckpointContent.like(donor, weights).withFile(CARD, card.toMarkdown());
    CheckpointWriter.publish(
        target,
        card.mergeRecipe().map(recipe -> content.withFile(MERGE_RECIPE, recipe)).orElse(content),
        existing);
  }
}
