package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.cycleqd.tensor.TensorView;
import org.jspecify.annotations.Nullable;

/**
 * A Llama model in a Hugging Face folder, its weights memory-mapped.
 *
 * <p>A checkpoint opens only if the weight files hold exactly the tensors that {@code config.json}
 * implies, in F32, BF16 or F16. Two things are allowed besides: rotary tables ({@code
 * *.rotary_emb.inv_freq}), which are ignored, and a stored copy of a tied output head, which must
 * equal the embedding.
 *
 * <p>May be read by any thread until it is closed.
 */
public final class Checkpoint implements AutoCloseable {

  private final Path folder;
  private final LinkPolicy links;
  private final LlamaConfig config;
  private final WeightFiles weights;
  private final SequencedMap<String, TensorView> tensors;
  private @Nullable String digest;

  private Checkpoint(
      Path folder,
      LinkPolicy links,
      LlamaConfig config,
      WeightFiles weights,
      SequencedMap<String, TensorView> tensors) {
    this.folder = folder;
    this.links = links;
    this.config = config;
    this.weights = weights;
    this.tensors = Collections.unmodifiableSequencedMap(tensors);
  }

  /**
   * Opens a folder with {@code config.json} and either {@code model.safetensors} or shards with an
   * index; symbolic links to weight files are refused.
   *
   * @throws CheckpointException if configuration, index or tensors do not fit together
   * @throws org.cycleqd.tensor.SafetensorsException if a weight file is malformed
   * @throws IOException if a file cannot be read
   */
  public static Checkpoint open(Path folder) throws IOException {
    return open(folder, LinkPolicy.REFUSE);
  }

  /**
   * Does the same as {@link #open(Path)} with a say on symbolic links.
   *
   * @throws CheckpointException if configuration, index or tensors do not fit together, or a file
   *     is a link that the policy refuses
   * @throws org.cycleqd.tensor.SafetensorsException if a weight file is malformed
   * @throws IOException if a file cannot be read
   */
  public static Checkpoint open(Path folder, LinkPolicy links) throws IOException {
    requireFolder(folder);
    LlamaConfig config = LlamaConfig.read(folder);
    WeightFiles weights = WeightFiles.open(folder, links, ProblemSink.STRICT);
    try {
      return new Checkpoint(
          folder,
          links,
          config,
          weights,
          TensorMatching.of(folder, config, weights.tensors(), ProblemSink.STRICT));
    } catch (IOException | RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  static void requireFolder(Path folder) throws CheckpointException {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(
          folder, "model", Files.exists(folder) ? "a file" : "nothing", "a model folder");
    }
  }

  /** The folder as it was given. */
  public Path folder() {
    return folder;
  }

  /** What was allowed for symbolic links when this was opened. */
  public LinkPolicy links() {
    return links;
  }

  /** The architecture. */
  public LlamaConfig config() {
    return config;
  }

  /** The tensors by name, in the order of {@link LlamaConfig#tensors}, in the files' dtypes. */
  public SequencedMap<String, TensorView> tensors() {
    return tensors;
  }

  /**
   * One tensor.
   *
   * @throws IllegalArgumentException if the model has no tensor of this name
   */
  public TensorView tensor(String name) {
    TensorView view = tensors().get(name);
    if (view == null) {
      throw new IllegalArgumentException("%s: no tensor %s".formatted(folder(), name));
    }
    return view;
  }

  /**
   * Where a tensor's data is, for reading in the order of the disk.
   *
   * @throws IllegalArgumentException if the model has no tensor of this name
   */
  public TensorLocation location(String name) {
    TensorLocation location = weights.locations().get(tensor(name).spec().name());
    return Objects.requireNonNull(location);
  }

  /** Names of the tokenizer, chat template and generation files that the folder has. */
  public List<String> tokenizerFiles() {
    return CheckpointFiles.CARRIED.stream()
        .filter(name -> Files.exists(folder.resolve(name)))
        .toList();
  }

  /**
   * Identifies the model by content: the SHA-256, in hexadecimal, of architecture, special tokens
   * and all tensors' names, dtypes, shapes and bytes.
   *
   * <p>It does not depend on the dialect of {@code config.json}, on sharding or on the path; the
   * tokenizer is not part of it. Reads all weights when first called.
   */
  public synchronized String digest() {
    String known = digest;
    if (known == null) {
      known = CheckpointDigest.of(config, tensors.values());
      digest = known;
    }
    return known;
  }

  /** Unmaps the weights; no view of them may be read any more. */
  @Override
  public void close() {
    weights.close();
  }
}
