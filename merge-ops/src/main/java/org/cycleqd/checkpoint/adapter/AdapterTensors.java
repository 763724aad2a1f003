package org.cycleqd.checkpoint.adapter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;
import org.jspecify.annotations.Nullable;

/** The tensors of an {@code adapter_model.safetensors}, sorted by what they mean. */
final class AdapterTensors {

  static final String PREFIX = "base_model.model.";

  /** What PEFT appends to a module's path. */
  enum Part {
    LORA_A(".lora_A.weight"),
    LORA_B(".lora_B.weight"),
    EMBEDDING_A(".lora_embedding_A"),
    EMBEDDING_B(".lora_embedding_B"),
    FACTOR_BIAS(".lora_B.bias"),
    MAGNITUDE(".lora_magnitude_vector"),
    BASE_WEIGHT(".base_layer.weight"),
    BASE_BIAS(".base_layer.bias");

    private final String suffix;

    Part(String suffix) {
      this.suffix = suffix;
    }

    /** Name of a module's part in the file. */
    String of(String module) {
      return PREFIX + module + suffix;
    }
  }

  private final Path file;
  private final AdapterConfig config;
  private final Map<String, Map<Part, TensorView>> parts = new TreeMap<>();
  private final SequencedMap<String, LoraModule> modules = new TreeMap<>();
  private final SequencedMap<String, TensorView> whole = new TreeMap<>();

  private AdapterTensors(Path file, AdapterConfig config) {
    this.file = file;
    this.config = config;
  }

  static AdapterTensors of(SafetensorsFile file, AdapterConfig config) throws IOException {
    AdapterTensors tensors = new AdapterTensors(file.path(), config);
    for (TensorView view : file.tensors().values()) {
      FiniteWeights.require(file.path(), view);
      tensors.sort(view);
    }
    for (Map.Entry<String, Map<Part, TensorView>> module : tensors.parts.entrySet()) {
      tensors.modules.put(module.getKey(), tensors.module(module.getKey(), module.getValue()));
    }
    for (String name : tensors.whole.keySet()) {
      tensors.requireKnown(name);
    }
    if (file.tensors().isEmpty()) {
      throw new CheckpointException(file.path(), "tensors", "none", "those of an adapter");
    }
    return tensors;
  }

  /** The modules with low-rank factors, by path. */
  SequencedMap<String, LoraModule> modules() {
    return Collections.unmodifiableSequencedMap(modules);
  }

  /** Tensors that are stored as a whole, by their names in the base. */
  SequencedMap<String, TensorView> whole() {
    return Collections.unmodifiableSequencedMap(whole);
  }

  /**
   * The trained bias of an adapted module, or null; some writers give it the name that it has in
   * the base.
   */
  @Nullable TensorView trainedBias(LoraModule module) {
    return module.baseBias().orElse(whole.get(module.bias()));
  }

  CheckpointException refusal(String tensor, String found, String expected) {
    return new CheckpointException(file, "tensor " + tensor, found, expected);
  }

  private void sort(TensorView view) throws CheckpointException {
    String name = view.spec().name();
    if (!name.startsWith(PREFIX)) {
      throw refusal(name, "it", "only names that begin with " + PREFIX);
    }
    for (Part part : Part.values()) {
      if (name.endsWith(part.suffix)) {
        String module = name.substring(PREFIX.length(), name.length() - part.suffix.length());
        parts.computeIfAbsent(module, _ -> new EnumMap<>(Part.class)).put(part, view);
        return;
      }
    }
    whole.put(name.substring(PREFIX.length()), view);
  }

  private LoraModule module(String path, Map<Part, TensorView> found) throws CheckpointException {
    if (!config.adapts(path)) {
      throw refusal(
          found.values().iterator().next().spec().name(),
          "it",
          "none, since %s is %s"
              .formatted(path, config.saves(path) ? "saved as a whole" : "not targeted"));
    }
    boolean embedding = found.containsKey(Part.EMBEDDING_A) || found.containsKey(Part.EMBEDDING_B);
    for (Part odd :
        embedding
            ? Set.of(Part.LORA_A, Part.LORA_B, Part.FACTOR_BIAS, Part.MAGNITUDE)
            : Set.<Part>of()) {
      if (found.containsKey(odd)) {
        throw refusal(odd.of(path), "it", "none: it is not supported in an embedding");
      }
    }
    TensorView a = required(path, found, embedding ? Part.EMBEDDING_A : Part.LORA_A);
    TensorView b = required(path, found, embedding ? Part.EMBEDDING_B : Part.LORA_B);
    int rank = config.rankOf(path);
    requireShape(a, a.spec().shape().size() == 2 && a.spec().rows() == rank, "[%d, inputs]", rank);
    requireShape(
        b, b.spec().shape().size() == 2 && b.spec().columns() == rank, "[outputs, %d]", rank);
    if (embedding && config.dora()) {
      throw refusal(a.spec().name(), "an embedding", "none with use_dora true: not supported");
    }
    return new LoraModule(
        path,
        embedding,
        config.scaleOf(path),
        a,
        b,
        optional(path, found, Part.MAGNITUDE, config.dora(), "use_dora", b),
        optional(path, found, Part.FACTOR_BIAS, config.factorBias() && !embedding, "lora_bias", b),
        Optional.ofNullable(found.get(Part.BASE_WEIGHT)),
        baseBias(path, found.get(Part.BASE_BIAS), b));
  }

  private TensorView required(String path, Map<Part, TensorView> found, Part part)
      throws CheckpointException {
    TensorView view = found.get(part);
    if (view == null) {
      throw refusal(part.of(path), "none", "it, since the file has other parts of " + path);
    }
    return view;
  }

  private Optional<TensorView> optional(
      String path,
      Map<Part, TensorView> found,
      Part part,
      boolean wanted,
      String field,
      TensorView b)
      throws CheckpointException {
    TensorView view = found.get(part);
    if ((view != null) != wanted) {
      throw refusal(
          part.of(path),
          view == null ? "none" : "it",
          "%s, since %s is %s".formatted(wanted ? "it" : "none", field, wanted));
    }
    requireVector(view, b);
    return Optional.ofNullable(view);
  }

  private Optional<TensorView> baseBias(String path, @Nullable TensorView view, TensorView b)
      throws CheckpointException {
    if (view != null && config.bias() == AdapterConfig.Bias.NONE) {
      throw refusal(Part.BASE_BIAS.of(path), "it", "none, since bias is none");
    }
    requireVector(view, b);
    return Optional.ofNullable(view);
  }

  private void requireVector(@Nullable TensorView view, TensorView b) throws CheckpointException {
    if (view != null) {
      long outputs = b.spec().rows();
      TensorSpec spec = view.spec();
      requireShape(view, spec.shape().size() == 1 && spec.columns() == outputs, "[%d]", outputs);
    }
  }

  private void requireShape(TensorView view, boolean fits, String expected, long extent)
      throws CheckpointException {
    if (!fits) {
      throw refusal(
          view.spec().name(),
          "shape " + view.spec().shape(),
          "shape " + expected.formatted(extent));
    }
  }

  /**
   * A tensor without a mark of PEFT's must be a saved module's, a bias, or a copy of the base's.
   */
  private void requireKnown(String name) throws CheckpointException {
    boolean parameter = name.endsWith(BaseModules.WEIGHT) || name.endsWith(BaseModules.BIAS);
    String module = parameter ? BaseModules.of(name) : "";
    boolean bias =
        name.endsWith(BaseModules.BIAS)
            && switch (config.bias()) {
              case NONE -> false;
              case ALL -> true;
              case LORA_ONLY -> modules.containsKey(module);
            };
    boolean copy =
        name.endsWith(BaseModules.WEIGHT)
            && Set.of(BaseModules.EMBEDDING, BaseModules.HEAD).contains(module);
    if (!parameter || !(config.saves(module) || bias || copy)) {
      throw refusal(
          PREFIX + name,
          "it",
          "only factors, and what bias and modules_to_save of the configuration name");
    }
  }
}
