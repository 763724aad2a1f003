package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/**
 * What a published model folder will hold.
 *
 * @param config text of {@code config.json}
 * @param tensors names, dtypes and shapes of the weights, in the order in which they are asked for
 * @param weights supplies the tensors' bytes
 * @param files further files, text by plain file name; they take precedence over the donor's
 * @param donor folder whose tokenizer, chat template and generation settings are carried over where
 *     present, or empty
 * @param donorLinks what is done with files of the donor that are symbolic links
 * @param maximumShardBytes most bytes of data in one weight file; a tensor that is larger gets a
 *     file of its own
 */
public record CheckpointContent(
    String config,
    List<TensorSpec> tensors,
    TensorSource weights,
    Map<String, String> files,
    Optional<Path> donor,
    LinkPolicy donorLinks,
    long maximumShardBytes) {

  /** The size of a weight file that Hugging Face does not exceed: 5 GB. */
  public static final long DEFAULT_SHARD_BYTES = 5_000_000_000L;

  /**
   * Copies the collections.
   *
   * @throws IllegalArgumentException if a further file has a name that is not plain or is reserved
   *     for configuration and weights, or the shard size is not positive
   */
  public CheckpointContent {
    if (maximumShardBytes <= 0) {
      throw new IllegalArgumentException(
          "maximum shard size: found %d bytes, expected 1 or more".formatted(maximumShardBytes));
    }
    tensors = List.copyOf(tensors);
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    for (String name : files.keySet()) {
      if (!CheckpointFiles.isPlainName(name)
          || name.equals(CheckpointFiles.CONFIG)
          || name.equals(CheckpointFiles.INDEX)
          || name.endsWith(".safetensors")) {
        throw new IllegalArgumentException(
            "file %s: expected a plain name that is not one of the model's own".formatted(name));
      }
    }
  }

  /** No links of a donor, weight files of the {@link #DEFAULT_SHARD_BYTES default size}. */
  public CheckpointContent(
      String config,
      List<TensorSpec> tensors,
      TensorSource weights,
      Map<String, String> files,
      Optional<Path> donor) {
    this(config, tensors, weights, files, donor, LinkPolicy.REFUSE, DEFAULT_SHARD_BYTES);
  }

  /** A new model, in its configuration's dtype, with a generation configuration. */
  public static CheckpointContent of(LlamaConfig config, TensorSource weights) {
    return new CheckpointContent(
        config.toJson(),
        config.tensors(),
        weights,
        Map.of(CheckpointFiles.GENERATION_CONFIG, config.toGenerationJson()),
        Optional.empty());
  }

  /**
   * A model like another one: its configuration to the letter, its tensors' dtypes and shapes, its
   * tokenizer.
   *
   * @throws IOException if the donor's configuration cannot be read
   */
  public static CheckpointContent like(Checkpoint donor, TensorSource weights) throws IOException {
    return new CheckpointContent(
        Files.readString(donor.folder().resolve(CheckpointFiles.CONFIG)),
        donor.tensors().values().stream().map(TensorView::spec).toList(),
        weights,
        Map.of(),
        Optional.of(donor.folder()),
        donor.links(),
        DEFAULT_SHARD_BYTES);
  }

  /** The same with one further file. */
  public CheckpointContent withFile(String name, String text) {
    Map<String, String> more = new LinkedHashMap<>(files);
    more.put(name, text);
    return new CheckpointContent(
        config, tensors, weights, more, donor, donorLinks, maximumShardBytes);
  }

  /** The same with tokenizer, chat template and generation settings of a folder. */
  public CheckpointContent withDonor(Path folder) {
    return withDonor(folder, LinkPolicy.REFUSE);
  }

  /** The same with tokenizer, chat template and generation settings of a folder with links. */
  public CheckpointContent withDonor(Path folder, LinkPolicy links) {
    return new CheckpointContent(
        config, tensors, weights, files, Optional.of(folder), links, maximumShardBytes);
  }

  /** The same with weight files of at most so many bytes of data. */
  public CheckpointContent withMaximumShardBytes(long bytes) {
    return new CheckpointContent(config, tensors, weights, files, donor, donorLinks, bytes);
  }
}
