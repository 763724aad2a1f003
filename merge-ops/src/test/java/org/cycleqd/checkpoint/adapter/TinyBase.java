package org.cycleqd.checkpoint.adapter;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.SafetensorsWriter;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/** A base of two small layers, experts of it, and adapters written by hand. */
record TinyBase(boolean tied, boolean biases) {

  static final int HIDDEN = 24;
  static final int INTERMEDIATE = 40;

  LlamaConfig config() {
    return new LlamaConfig(
        30,
        HIDDEN,
        INTERMEDIATE,
        2,
        new AttentionConfig(4, 2, 6, biases),
        false,
        1e-5,
        new RotaryEmbedding(1e4, Optional.empty()),
        64,
        tied,
        DType.F32,
        SpecialTokens.of(1, 2));
  }

  Path publish(Path folder) throws IOException {
    return publish(folder, weights -> weights);
  }

  /** Writes the base after a change of its weights by name. */
  Path publish(Path folder, UnaryOperator<Map<String, float[]>> change) throws IOException {
    Map<String, float[]> weights = new HashMap<>();
    for (TensorSpec spec : config().tensors()) {
      weights.put(spec.name(), noise(spec.name(), spec.elements(), 1));
    }
    Map<String, float[]> changed = change.apply(weights);
    CheckpointWriter.publish(
        folder,
        CheckpointContent.of(
            config(), TensorSource.ofFloats(name -> Objects.requireNonNull(changed.get(name)))),
        ExistingTarget.REFUSE);
    return folder;
  }

  static float[] noise(String name, long count, double scale) {
    Draws draws = Draws.at(3, name);
    float[] noise = new float[(int) count];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) (scale * draws.gaussian(i));
    }
    return noise;
  }

  /** A tensor of noise under PEFT's prefix. */
  static TensorSpec tensor(String name, long... shape) {
    return TensorSpec.of(AdapterTensors.PREFIX + name, DType.F32, shape);
  }

  /** The factors of rank 2 of one module. */
  static List<TensorSpec> factors(String module, long outputs, long inputs) {
    return List.of(
        tensor(module + ".lora_A.weight", 2, inputs),
        tensor(module + ".lora_B.weight", outputs, 2));
  }

  static List<TensorSpec> queries() {
    List<TensorSpec> tensors = new ArrayList<>(factors(query(0), HIDDEN, HIDDEN));
    tensors.addAll(factors(query(1), HIDDEN, HIDDEN));
    return tensors;
  }

  static String query(int layer) {
    return "model.layers.%d.self_attn.q_proj".formatted(layer);
  }

  /** Writes an adapter of rank 2; {@code fields} are further entries of its configuration. */
  static Path adapter(Path folder, String fields, Collection<TensorSpec> tensors)
      throws IOException {
    Map<String, float[]> values = new HashMap<>();
    tensors.forEach(spec -> values.put(spec.name(), noise(spec.name(), spec.elements(), 0.1)));
    return adapter(folder, fields, tensors, values);
  }

  static Path adapter(
      Path folder, String fields, Collection<TensorSpec> tensors, Map<String, float[]> values)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 3" + fields + "}");
    SafetensorsWriter.write(
        folder.resolve("adapter_model.safetensors"),
        SafetensorsWriter.PYTORCH,
        tensors,
        (spec, target) -> {
          if (spec.dtype().isWeight()) {
            TensorSource.ofFloats(name -> Objects.requireNonNull(values.get(name)))
                .write(spec, target);
          } else {
            target.put(0, MemorySegment.ofArray(new byte[(int) spec.bytes()]));
          }
        });
    return folder;
  }

  static float[] stored(Path adapter, String name) throws IOException {
    try (SafetensorsFile file =
        SafetensorsFile.open(adapter.resolve("adapter_model.safetensors"))) {
      TensorView view = file.tensors().get(AdapterTensors.PREFIX + name);
      if (view == null) {
        throw new IllegalArgumentException(name);
      }
      return view.toFloats();
    }
  }

  static float[] weights(Checkpoint model, String name) {
    return model.tensor(name).toFloats();
  }
}
