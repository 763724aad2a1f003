package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.cycleqd.tensor.TensorSpec;
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

  private static final String ROTARY_TABLE = ".rotary_emb.inv_freq";

  private final Path folder;
  private final LlamaConfig config;
  private final WeightFiles weights;
  private final SequencedMap<String, TensorView> tensors;
  private @Nullable String digest;

  private Checkpoint(
      Path folder,
      LlamaConfig config,
      WeightFiles weights,
      SequencedMap<String, TensorView> tensors) {
    this.folder = folder;
    this.config = config;
    this.weights = weights;
    this.tensors = Collections.unmodifiableSequencedMap(tensors);
  }

  /**
   * Opens a folder with {@code config.json} and either {@code model.safetensors} or shards with an
   * index.
   *
   * @throws CheckpointException if configuration, index or tensors do not fit together
   * @throws org.cycleqd.tensor.SafetensorsException if a weight file is malformed
   * @throws IOException if a file cannot be read
   */
  public static Checkpoint open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(
          folder, "model", Files.exists(folder) ? "a file" : "nothing", "a model folder");
    }
    LlamaConfig config = LlamaConfig.read(folder);
    WeightFiles weights = WeightFiles.open(folder);
    try {
      return new Checkpoint(folder, config, weights, matched(folder, config, weights.tensors()));
    } catch (IOException | RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  /** The folder as it was given. */
  public Path folder() {
    return folder;
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

  private static SequencedMap<String, TensorView> matched(
      Path folder, LlamaConfig config, Map<String, TensorView> found) throws CheckpointException {
    SequencedMap<String, TensorView> matched = new LinkedHashMap<>();
    for (TensorSpec expected : config.tensors()) {
      matched.put(expected.name(), matching(folder, expected, found.get(expected.name())));
    }
    Set<String> unexpected = new HashSet<>(found.keySet());
    unexpected.removeAll(matched.keySet());
    unexpected.removeIf(name -> name.endsWith(ROTARY_TABLE));
    if (config.tiedEmbeddings() && unexpected.remove(LlamaTensors.HEAD)) {
      requireTied(folder, found);
    }
    if (!unexpected.isEmpty()) {
      throw new CheckpointException(
          folder,
          "tensor " + new TreeSet<>(unexpected).getFirst(),
          "it and %d more".formatted(unexpected.size() - 1),
          "only the %d tensors that config.json implies".formatted(matched.size()));
    }
    return matched;
  }

  private static TensorView matching(Path folder, TensorSpec expected, @Nullable TensorView view)
      throws CheckpointException {
    String subject = "tensor " + expected.name();
    if (view == null) {
      throw new CheckpointException(folder, subject, "none", "shape " + expected.shape());
    }
    if (!view.spec().shape().equals(expected.shape())) {
      throw new CheckpointException(
          folder,
          subject,
          "shape " + view.spec().shape(),
          "shape %s by config.json".formatted(expected.shape()));
    }
    if (!view.spec().dtype().isWeight()) {
      throw new CheckpointException(
          folder, subject, "dtype " + view.spec().dtype(), "F32, BF16 or F16");
    }
    return view;
  }

  private static void requireTied(Path folder, Map<String, TensorView> found)
      throws CheckpointException {
    TensorView head = found.get(LlamaTensors.HEAD);
    TensorView embedding = found.get(LlamaTensors.EMBEDDING);
    boolean same =
        head != null
            && embedding != null
            && head.spec().dtype() == embedding.spec().dtype()
            && head.spec().shape().equals(embedding.spec().shape())
            && head.data().mismatch(embedding.data()) == -1;
    if (!same) {
      throw new CheckpointException(
          folder,
          "tensor " + LlamaTensors.HEAD,
          "a head of its own",
          "a copy of %s, since tie_word_embeddings is true".formatted(LlamaTensors.EMBEDDING));
    }
  }
}
