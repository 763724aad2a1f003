package org.cycleqd.checkpoint.adapter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeSet;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.LinkPolicy;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorRows;
import org.jspecify.annotations.Nullable;

/**
 * A LoRA adapter in a PEFT folder, its weights memory-mapped.
 *
 * <p>Read are {@code adapter_config.json} and {@code adapter_model.safetensors} with LoRA (arXiv
 * 2106.09685), rsLoRA, DoRA, ranks and alphas by pattern, embeddings, whole modules and biases. An
 * adapter opens only if its file holds exactly the tensors that its configuration implies, all
 * finite, in F32, BF16 or F16. Two things are allowed besides, if they equal the base: copies of
 * the base's weights of adapted modules, and of its embeddings.
 *
 * <p>How A and B were initialised does not matter, with one exception: PiSSA, OLoRA, CorDA, LoftQ
 * and LoRA-GA change the base before training, so their factors fit the changed base only. They are
 * refused unless they were converted to the original base.
 *
 * <p>May be read by any thread until it is closed.
 */
public final class Adapter implements AutoCloseable {

  static final String CONFIG = "adapter_config.json";
  static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PICKLE = "adapter_model.bin";

  private final Path folder;
  private final AdapterConfig config;
  private final SafetensorsFile file;
  private final AdapterTensors tensors;
  private @Nullable String digest;

  private Adapter(Path folder, AdapterConfig config, SafetensorsFile file, AdapterTensors tensors) {
    this.folder = folder;
    this.config = config;
    this.file = file;
    this.tensors = tensors;
  }

  /**
   * Opens a folder and checks all weights.
   *
   * @throws CheckpointException if the configuration means something that is not supported, or the
   *     tensors are not those that it implies
   * @throws org.cycleqd.tensor.SafetensorsException if the weight file is malformed
   * @throws IOException if a file cannot be read
   */
  public static Adapter open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(
          folder, "adapter", Files.exists(folder) ? "a file" : "nothing", "a PEFT folder");
    }
    Path configuration = folder.resolve(CONFIG);
    LinkPolicy.REFUSE.require(configuration, "an adapter's configuration");
    Path weights = folder.resolve(WEIGHTS);
    if (!Files.exists(weights) && Files.exists(folder.resolve(PICKLE))) {
      throw new CheckpointException(
          folder, "weights", PICKLE + ", a pickle", WEIGHTS + " (only safetensors are read)");
    }
    LinkPolicy.REFUSE.require(weights, "an adapter's weights");
    AdapterConfig config = AdapterConfigReader.read(configuration);
    SafetensorsFile file = SafetensorsFile.open(weights);
    try {
      return new Adapter(folder, config, file, AdapterTensors.of(file, config));
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /** The folder as it was given. */
  public Path folder() {
    return folder;
  }

  /** Paths of the modules with low-rank factors, e.g. {@code model.layers.0.mlp.up_proj}. */
  public SequencedSet<String> modules() {
    return new TreeSet<>(tensors.modules().keySet());
  }

  /**
   * The base's tensors that the adapter changes, with their new weights, in the base's order.
   *
   * <p>The weights are computed in float32 when they are read, for the rows asked for; nothing but
   * DoRA's norms is kept. Readable by any thread until the adapter or the base is closed. The spec
   * is the base's, so its dtype is what a merged model rounds to.
   *
   * @throws CheckpointException if a module or shape does not fit the base, naming both
   */
  public SequencedMap<String, TensorRows> applyTo(Checkpoint base) throws CheckpointException {
    return AdapterBinding.of(config, tensors, base).changed();
  }

  /**
   * The low-rank factors by the names of the base's weights, in the base's order. What an adapter
   * stores as a whole is not among them.
   *
   * @throws CheckpointException if a module or shape does not fit the base, naming both
   */
  public SequencedMap<String, LowRankFactors> factors(Checkpoint base) throws CheckpointException {
    return AdapterBinding.of(config, tensors, base).factors();
  }

  /**
   * Identifies the adapter by content: the SHA-256, in hexadecimal, of its configuration file and
   * of all tensors' names, dtypes, shapes and bytes.
   *
   * @throws UncheckedIOException if the configuration cannot be read any more
   */
  public synchronized String digest() {
    String known = digest;
    if (known == null) {
      known = AdapterDigest.of(folder.resolve(CONFIG), file.tensors().values());
      digest = known;
    }
    return known;
  }

  /** Whether a folder holds an adapter rather than a model. */
  public static boolean isAdapter(Path folder) {
    return Files.exists(folder.resolve(CONFIG));
  }

  AdapterConfig config() {
    return config;
  }

  AdapterTensors tensors() {
    return tensors;
  }

  /** Unmaps the weights; nothing that was handed out may be read any more. */
  @Override
  public void close() {
    file.close();
  }
}
