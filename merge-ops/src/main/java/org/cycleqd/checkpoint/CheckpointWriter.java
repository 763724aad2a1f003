package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/** Publishes model folders atomically: complete and verified, or not at all. */
public final class CheckpointWriter {

  private CheckpointWriter() {}

  /**
   * Writes a model folder, its weights in one file or, where they are larger than a file may get,
   * in numbered shards with an index.
   *
   * <p>Everything goes to a hidden folder beside the target, is synced, opened again by {@link
   * Checkpoint#open} and then renamed. On any failure the hidden folder is deleted and the target
   * is as it was. Where the process is killed, the hidden folder stays until the next publication
   * to the same target, which deletes it; the target is as it was or complete, except that one
   * killed while replacing may leave no target, and then the next one puts the old one back first.
   *
   * @param target the folder to publish; its parent is created if needed
   * @param content what it shall hold
   * @param existing whether a target that is not empty is refused or replaced
   * @throws CheckpointException if the target may not be written, its disk is too small, or the
   *     content does not make a valid model
   * @throws IOException if the weights cannot be supplied or a file cannot be written
   */
  public static void publish(Path target, CheckpointContent content, ExistingTarget existing)
      throws IOException {
    publish(target, content, existing, _ -> {});
  }

  /**
   * Does the same as {@link #publish(Path, CheckpointContent, ExistingTarget)} and tells how far it
   * is.
   *
   * @param observer called on this thread when a phase begins
   * @throws CheckpointException if the target may not be written, its disk is too small, or the
   *     content does not make a valid model
   * @throws IOException if the weights cannot be supplied or a file cannot be written
   */
  public static void publish(
      Path target,
      CheckpointContent content,
      ExistingTarget existing,
      Consumer<? super PublicationPhase> observer)
      throws IOException {
    try (StagedFolder staged = StagedFolder.beside(target, existing)) {
      staged.write(CheckpointFiles.CONFIG, utf8(content.config()));
      for (Map.Entry<String, String> file : content.files().entrySet()) {
        staged.write(file.getKey(), utf8(file.getValue()));
      }
      if (content.donor().isPresent()) {
        carry(content.donor().get(), content.donorLinks(), staged);
      }
      observer.accept(PublicationPhase.WRITING);
      writeWeights(staged, content);
      observer.accept(PublicationPhase.VERIFYING);
      verify(staged.path(), content);
      observer.accept(PublicationPhase.RENAMING);
      staged.publish();
      observer.accept(PublicationPhase.PUBLISHED);
    }
  }

  private static void carry(Path donor, LinkPolicy links, StagedFolder staged) throws IOException {
    for (String name : CheckpointFiles.CARRIED) {
      Path file = donor.resolve(name);
      boolean present = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
      if (present && !Files.exists(staged.path().resolve(name))) {
        links.require(file, "a regular file");
        // The permissions of the donor, which may be read-only, are not taken over.
        staged.write(name, Files.readAllBytes(file));
      }
    }
  }

  private static void writeWeights(StagedFolder staged, CheckpointContent content)
      throws IOException {
    Path folder = staged.path();
    ShardPlan plan =
        ShardPlan.of(
            folder,
            LlamaConfig.read(folder).tensors(),
            content.tensors(),
            content.maximumShardBytes());
    staged.requireSpace(plan.fileBytes());
    if (plan.isSharded()) {
      staged.write(CheckpointFiles.INDEX, utf8(ShardIndex.text(plan)));
    }
    try (ShardOutputs outputs = new ShardOutputs(folder, plan)) {
      outputs.write(content.tensors(), content.weights());
    }
  }

  private static void verify(Path folder, CheckpointContent content) throws IOException {
    Set<TensorSpec> written = new HashSet<>();
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      checkpoint.tensors().values().stream().map(TensorView::spec).forEach(written::add);
    }
    if (!written.equals(Set.copyOf(content.tensors()))) {
      throw new CheckpointException(
          folder, "tensors", "others than were to be written", "those of the content");
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
