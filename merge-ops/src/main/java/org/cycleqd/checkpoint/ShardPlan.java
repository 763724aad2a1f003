package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import org.cycleqd.tensor.SafetensorsOutput;
import org.cycleqd.tensor.SafetensorsWriter;
import org.cycleqd.tensor.TensorSpec;

/**
 * Which tensor goes to which weight file.
 *
 * <p>Files are filled in the order of computation, embedding first and head last, as Hugging Face
 * does it.
 */
final class ShardPlan {

  private final SequencedMap<String, List<TensorSpec>> files;

  private ShardPlan(SequencedMap<String, List<TensorSpec>> files) {
    this.files = files;
  }

  /**
   * Fills files up to a size.
   *
   * @param folder for messages
   * @param expected the tensors that the configuration implies, in order
   * @param written the same tensors in any order, perhaps in other dtypes
   * @param maximumBytes of data in a file; a larger tensor gets a file of its own
   * @throws CheckpointException if the tensors are not those of the configuration
   */
  static ShardPlan of(
      Path folder, List<TensorSpec> expected, List<TensorSpec> written, long maximumBytes)
      throws CheckpointException {
    List<List<TensorSpec>> shards = new ArrayList<>();
    long filled = 0;
    for (TensorSpec spec : inOrder(folder, expected, written)) {
      if (shards.isEmpty() || (filled > 0 && spec.bytes() > maximumBytes - filled)) {
        shards.add(new ArrayList<>());
        filled = 0;
      }
      shards.getLast().add(spec);
      filled += spec.bytes();
    }
    SequencedMap<String, List<TensorSpec>> files = new LinkedHashMap<>();
    for (int i = 0; i < shards.size(); i++) {
      files.put(
          shards.size() == 1
              ? CheckpointFiles.WEIGHTS
              : "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size()),
          shards.get(i));
    }
    return new ShardPlan(files);
  }

  /** The tensors of each weight file. */
  SequencedMap<String, List<TensorSpec>> files() {
    return files;
  }

  boolean isSharded() {
    return files.size() > 1;
  }

  /** Size of all weight files together, headers included. */
  long fileBytes() throws IOException {
    long bytes = 0;
    for (List<TensorSpec> tensors : files.values()) {
      bytes += SafetensorsOutput.fileBytes(SafetensorsWriter.PYTORCH, tensors);
    }
    return bytes;
  }

  private static List<TensorSpec> inOrder(
      Path folder, List<TensorSpec> expected, List<TensorSpec> written) throws CheckpointException {
    Map<String, TensorSpec> byName = new HashMap<>();
    written.forEach(spec -> byName.put(spec.name(), spec));
    List<TensorSpec> ordered = new ArrayList<>();
    for (TensorSpec wanted : expected) {
      TensorSpec spec = byName.remove(wanted.name());
      if (spec == null || !spec.shape().equals(wanted.shape()) || !spec.dtype().isWeight()) {
        throw new CheckpointException(
            folder,
            "tensor " + wanted.name(),
            spec == null ? "none" : spec.dtype() + " " + spec.shape(),
            "F32, BF16 or F16 of shape %s by config.json".formatted(wanted.shape()));
      }
      ordered.add(spec);
    }
    if (ordered.size() != written.size()) {
      throw new CheckpointException(
          folder,
          "tensors",
          byName.isEmpty() ? "a tensor twice" : new TreeSet<>(byName.keySet()).getFirst(),
          "only the %d that config.json implies".formatted(expected.size()));
    }
    return ordered;
  }
}
