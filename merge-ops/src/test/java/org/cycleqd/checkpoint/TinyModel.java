package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.Assumptions;

/** A model of a few thousand weights, and where the golden models are. */
record TinyModel(LlamaConfig config) {

  static TinyModel of(DType dtype) {
    return new TinyModel(
        new LlamaConfig(
            12,
            8,
            10,
            2,
            new AttentionConfig(4, 2, 4, false),
            false,
            1e-5,
            new RotaryEmbedding(5e5, Optional.of(new Llama3Scaling(8, 1, 4, 64))),
            128,
            false,
            dtype,
            SpecialTokens.of(1, 2)));
  }

  /** Normal weights that depend on the seed and the tensors' names only. */
  static TensorSource weights(long seed) {
    return (spec, target) -> TensorSource.ofFloats(name -> floats(seed, spec)).write(spec, target);
  }

  static float[] floats(long seed, TensorSpec spec) {
    Draws draws = Draws.at(seed, spec.name());
    float[] floats = new float[(int) spec.elements()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) draws.gaussian(i);
    }
    return floats;
  }

  Path publish(Path folder) throws IOException {
    CheckpointWriter.publish(
        folder, CheckpointContent.of(config, weights(7)), ExistingTarget.REFUSE);
    return folder;
  }

  /** Replaces a part of a text file, which must be there. */
  static void edit(Path file, String old, String replacement) throws IOException {
    String text = Files.readString(file);
    if (!text.contains(old)) {
      throw new IllegalArgumentException(file + " does not contain " + old);
    }
    Files.writeString(file, text.replace(old, replacement));
  }

  static Map<String, TensorSpec> byName(Iterable<TensorSpec> specs) {
    Map<String, TensorSpec> map = new HashMap<>();
    specs.forEach(spec -> map.put(spec.name(), spec));
    return map;
  }

  static Path golden(String name) {
    Path folder =
        Path.of(System.getProperty("cycleqd.root")).resolve("../shared/golden/llama/" + name);
    Assumptions.assumeTrue(Files.isDirectory(folder), "golden Llama folders are not here");
    return folder;
  }
}
