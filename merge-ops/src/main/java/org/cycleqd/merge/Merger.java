package org.cycleqd.merge;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.StagedFolder;
import org.cycleqd.merge.method.MergeException;
import org.cycleqd.merge.recipe.RecipeWriter;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tiles;

/** Merges models into a published folder. */
public final class Merger {

  private Merger() {}

  /**
   * Merges, and publishes the result with the donor's tokenizer, a model card and the recipe as
   * {@code mergekit_config.yml}.
   *
   * @param target the folder to publish, apart from the folders that are merged; on any failure it
   *     is as it was
   * @param existing whether a model that is there is replaced; a folder that is none never is
   * @param tiles the threads
   * @param maximumShardBytes most bytes of data in one weight file
   * @param progress told the number of bytes whenever some are written, from any thread
   * @throws MergeException if the models do not fit together, or a merged value is not finite
   * @throws IOException if a file cannot be read or written, or the thread was interrupted, which
   *     it still is then
   */
  public static void publish(
      MergePlan plan,
      Path target,
      ExistingTarget existing,
      Tiles tiles,
      long maximumShardBytes,
      LongConsumer progress)
      throws IOException {
    List<CheckpointException> conflicts = plan.conflicts();
    if (!conflicts.isEmpty()) {
      throw conflicts.size() == 1
          ? conflicts.getFirst()
          : new MergeException(
              "%s (the first of %d conflicts; a dry run lists all)"
                  .formatted(conflicts.getFirst().getMessage(), conflicts.size()));
    }
    requireTarget(plan, target, existing);
    Map<String, String> files = new LinkedHashMap<>();
    files.put("README.md", MergeCard.of(plan));
    files.put("mergekit_config.yml", RecipeWriter.write(plan.recipe()));
    plan.tokenizer().chatTemplate().ifPresent(text -> files.put("chat_template.jinja", text));
    try (StreamingMerge merge = new StreamingMerge(plan.method(), plan.tasks(), tiles, progress)) {
      CheckpointContent content =
          new CheckpointContent(
              plan.config(),
              plan.tasks().values().stream().map(TensorTask::output).toList(),
              merge,
              files,
              Optional.of(plan.tokenizer().donor()),
              plan.links(),
              maximumShardBytes);
      CheckpointWriter.publish(target, content, existing);
    } catch (ClosedByInterruptException e) {
      throw new IOException("interrupted", e); // it has no message
    }
  }

  /**
   * Why a merge cannot be published to a place, as far as that can be seen without writing; empty
   * if it can.
   *
   * @throws IOException if the place cannot be read
   */
  public static Optional<CheckpointException> targetConflict(
      MergePlan plan, Path target, ExistingTarget existing) throws IOException {
    try {
      requireTarget(plan, target, existing);
      return Optional.empty();
    } catch (CheckpointException e) {
      return Optional.of(e);
    }
  }

  private static void requireTarget(MergePlan plan, Path target, ExistingTarget existing)
      throws IOException {
    TargetCheck.require(target, plan.places());
    if (existing == ExistingTarget.REPLACE) {
      TargetCheck.requireReplaceable(target);
    }
    StagedFolder.requireWritable(target, existing);
  }
}
