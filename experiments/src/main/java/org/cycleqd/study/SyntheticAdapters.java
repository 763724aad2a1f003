package org.cycleqd.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.adapter.AdapterContent;
import org.cycleqd.checkpoint.adapter.AdapterWriter;
import org.cycleqd.checkpoint.adapter.LowRankFactors;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;

/** LoRA adapters with random factors for all linear layers of a model. */
final class SyntheticAdapters {

  private SyntheticAdapters() {}

  /** Writes adapters that are not there yet, and gives their folders. */
  static List<Path> write(Path folder, LlamaConfig config, int rank, int count) throws IOException {
    List<Path> folders = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      Path target = folder.resolve("lora-" + number);
      folders.add(target);
      if (Files.isDirectory(target)) {
        continue;
      }
      List<LowRankFactors> factors = new ArrayList<>();
      for (TensorSpec spec : config.tensors()) {
        if (spec.name().endsWith("_proj.weight")) {
          String name = number + spec.name();
          factors.add(
              new LowRankFactors(
                  spec.name(),
                  1,
                  new Noise(TensorSpec.of("A" + name, DType.BF16, rank, spec.columns())),
                  new Noise(TensorSpec.of("B" + name, DType.BF16, spec.rows(), rank)),
                  false));
        }
      }
      AdapterWriter.publish(
          target, AdapterContent.of("base", factors, DType.BF16), ExistingTarget.REFUSE);
    }
    return folders;
  }

  /** Uniform between -0.02 and 0.02. */
  private record Noise(TensorSpec spec) implements TensorRows {

    @Override
    public void read(long firstRow, int rows, float[] target) {
      Draws draws = Draws.at(1, spec.name());
      long first = firstRow * spec.columns();
      for (int i = 0; i < rows * spec.columns(); i++) {
        target[i] = (float) (0.04 * draws.uniform(first + i) - 0.02);
      }
    }
  }
}
