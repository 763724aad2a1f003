package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cycleqd.tensor.SafetensorsOutput;
import org.cycleqd.tensor.SafetensorsWriter;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;

/**
 * Writes tensors to the weight files of a plan, in any order.
 *
 * <p>A file is open from its first tensor to its last, so few are where the orders agree roughly.
 */
final class ShardOutputs implements AutoCloseable {

  private final Path folder;
  private final ShardPlan plan;
  private final Map<TensorSpec, String> names = new HashMap<>();
  private final Map<String, SafetensorsOutput> open = new HashMap<>();

  ShardOutputs(Path folder, ShardPlan plan) {
    this.folder = folder;
    this.plan = plan;
    plan.files().forEach((name, tensors) -> tensors.forEach(spec -> names.put(spec, name)));
  }

  /** Has the source write the tensors one after the other. */
  void write(List<TensorSpec> tensors, TensorSource source) throws IOException {
    for (TensorSpec spec : tensors) {
      String name = Objects.requireNonNull(names.get(spec), spec.name());
      SafetensorsOutput output = output(name);
      output.write(spec, source);
      if (output.isComplete()) {
        output.commit();
        open.remove(name);
        output.close();
      }
    }
  }

  private SafetensorsOutput output(String name) throws IOException {
    SafetensorsOutput output = open.get(name);
    if (output == null) {
      output =
          SafetensorsOutput.open(
              folder.resolve(name),
              SafetensorsWriter.PYTORCH,
              Objects.requireNonNull(plan.files().get(name)));
      open.put(name, output);
    }
    return output;
  }

  @Override
  public void close() throws IOException {
    for (SafetensorsOutput output : open.values()) {
      output.close();
    }
  }
}
