package org.cycleqd.study;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.FloatConversion;
import org.cycleqd.tensor.SafetensorsWriter;
import org.cycleqd.tensor.TensorSource;

/** A base model and two experts with random weights, or with zeros that take no space. */
final class SyntheticModels {

  static final List<String> NAMES = List.of("base", "expert-a", "expert-b");

  private static final int BLOCK = 1 << 15;
  private static final float BASE_SCALE = 0.04f;
  private static final float CHANGE_SCALE = 0.004f;

  private SyntheticModels() {}

  /** Writes what is not there yet. */
  static void write(Path folder, LlamaConfig config, boolean sparse) throws IOException {
    write(folder, config, sparse, NAMES.size());
  }

  /** Writes the base alone if it is not there yet. */
  static void writeBase(Path folder, LlamaConfig config, boolean sparse) throws IOException {
    write(folder, config, sparse, 1);
  }

  private static void write(Path folder, LlamaConfig config, boolean sparse, int models)
      throws IOException {
    for (int model = 0; model < models; model++) {
      Path target = folder.resolve(NAMES.get(model));
      if (Files.isDirectory(target)) {
        continue;
      }
      if (sparse) {
        Files.createDirectories(target);
        Files.writeString(target.resolve("config.json"), config.toJson());
        SafetensorsWriter.writeZeros(
            target.resolve("model.safetensors"), SafetensorsWriter.PYTORCH, config.tensors());
      } else {
        CheckpointWriter.publish(
            target, CheckpointContent.of(config, weights(model)), ExistingTarget.REFUSE);
      }
    }
  }

  /** Bell-shaped base weights, and changes a tenth as large; fast rather than elaborate. */
  private static TensorSource weights(int model) {
    return (spec, target) -> {
      Draws origin = Draws.at(1, "base", spec.name());
      Draws change = Draws.at(1, NAMES.get(model), spec.name());
      float[] values = new float[BLOCK];
      MemorySegment bytes = Arena.ofAuto().allocate(2 * BLOCK);
      for (long start = 0; start < spec.elements(); start += BLOCK) {
        int count = (int) Math.min(BLOCK, spec.elements() - start);
        for (int i = 0; i < count; i++) {
          float value = BASE_SCALE * bell(origin.bits(start + i));
          values[i] = model == 0 ? value : value + CHANGE_SCALE * bell(change.bits(start + i));
        }
        FloatConversion.round(spec.dtype(), values, 0, bytes, 0, count);
        target.put(2 * start, bytes.asSlice(0, 2L * count));
      }
    };
  }

  /** The sum of four uniform numbers, centred: between -2 and 2. */
  private static float bell(long bits) {
    long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
    return sum * 0x1.0p-16f - 2;
  }

  static Map<String, String> recipes() {
    String models =
        """
        models:
        - model: expert-a
          parameters: {weight: 0.5, density: 0.5}
        - model: expert-b
          parameters: {weight: 0.5, density: 0.5}
        base_model: base
        merge_method: %s
        """;
    String plain = models.replace(", density: 0.5", "");
    return Map.of(
        "linear",
        plain
                .replace("models:\n", "models:\n- model: base\n  parameters: {weight: 0.5}\n")
                .formatted("linear")
            + "parameters: {normalize: false}\n",
        "task_arithmetic",
        plain.formatted("task_arithmetic"),
        "ties",
        models.formatted("ties"),
        "dare_linear",
        models.formatted("dare_linear"),
        "dare_ties",
        models.formatted("dare_ties"),
        "slerp",
        """
        models:
        - model: base
        - model: expert-a
        base_model: base
        merge_method: slerp
        parameters: {t: 0.5}
        """,
        "model_stock",
        models.replaceAll("  parameters:.*\n", "").formatted("model_stock"));
  }
}
