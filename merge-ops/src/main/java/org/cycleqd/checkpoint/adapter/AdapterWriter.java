package org.cycleqd.checkpoint.adapter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.StagedFolder;
import org.cycleqd.tensor.SafetensorsWriter;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorTarget;
import org.cycleqd.tensor.TensorView;

/** Publishes adapters as PEFT folders, atomically: complete and verified, or not at all. */
public final class AdapterWriter {

  private final Map<TensorSpec, TensorSource> tensors = new HashMap<>();

  private AdapterWriter() {}

  /** Makes the content of an adapter, which may take long. */
  @FunctionalInterface
  public interface Work {

    /**
     * Does the work.
     *
     * @throws IOException if it fails; nothing is published then
     */
    AdapterContent content() throws IOException;
  }

  /**
   * Writes an adapter folder.
   *
   * <p>As {@link org.cycleqd.checkpoint.CheckpointWriter}: everything goes to a hidden folder
   * beside the target, is synced, opened again by {@link Adapter#open} and then renamed.
   *
   * @param target the folder to publish; its parent is created if needed
   * @param existing whether a target that is not empty is refused or replaced
   * @throws CheckpointException if the target may not be written, or the content does not make a
   *     valid adapter
   * @throws IOException if a file cannot be written
   */
  public static void publish(Path target, AdapterContent content, ExistingTarget existing)
      throws IOException {
    publishResult(target, () -> content, existing);
  }

  /** The same, where the target is checked before the work is done. */
  public static void publishResult(Path target, Work work, ExistingTarget existing)
      throws IOException {
    try (StagedFolder staged = StagedFolder.beside(target, existing)) {
      AdapterContent content = work.content();
      staged.write(Adapter.CONFIG, AdapterConfigText.of(content).getBytes(StandardCharsets.UTF_8));
      AdapterWriter writer = new AdapterWriter();
      content.factors().forEach(factors -> writer.add(factors, content));
      content.saved().forEach(writer::addWhole);
      SafetensorsWriter.write(
          staged.path().resolve(Adapter.WEIGHTS),
          SafetensorsWriter.PYTORCH,
          writer.tensors.keySet(),
          writer::write);
      verify(staged.path(), content);
      staged.publish();
    }
  }

  private void write(TensorSpec spec, TensorTarget target) throws IOException {
    TensorSource source = tensors.get(spec);
    if (source == null) {
      throw new IllegalStateException(spec.name());
    }
    source.write(spec, target);
  }

  private void add(LowRankFactors factors, AdapterContent content) {
    String path = BaseModules.of(factors.tensor());
    if (path.equals(BaseModules.EMBEDDING)) {
      add(AdapterTensors.Part.EMBEDDING_A.of(path), factors.b(), content, true);
      add(AdapterTensors.Part.EMBEDDING_B.of(path), factors.a(), content, true);
    } else {
      add(AdapterTensors.Part.LORA_A.of(path), factors.a(), content, false);
      add(AdapterTensors.Part.LORA_B.of(path), factors.b(), content, false);
    }
  }

  private void add(String name, TensorRows rows, AdapterContent content, boolean transposed) {
    List<Long> shape = new ArrayList<>(rows.spec().shape());
    TensorSpec spec = new TensorSpec(name, content.dtype(), transposed ? shape.reversed() : shape);
    tensors.put(
        spec,
        TensorSource.ofFloats(
            _ -> FloatRows.all(transposed ? FloatRows.transposed(spec, rows) : rows)));
  }

  private void addWhole(String name, TensorView view) {
    TensorSpec spec =
        new TensorSpec(AdapterTensors.PREFIX + name, view.spec().dtype(), view.spec().shape());
    tensors.put(spec, (_, target) -> target.put(0, view.data()));
  }

  private static void verify(Path folder, AdapterContent content) throws IOException {
    try (Adapter adapter = Adapter.open(folder)) {
      for (LowRankFactors factors : content.factors()) {
        LoraModule module = adapter.tensors().modules().get(BaseModules.of(factors.tensor()));
        if (module == null
            || module.rank() != factors.rank()
            || Math.abs(module.scale() - factors.scale()) > Math.ulp(factors.scale())) {
          throw new CheckpointException(
              folder,
              "tensor " + factors.tensor(),
              "other factors than were to be written",
              "rank %d and scale %s".formatted(factors.rank(), factors.scale()));
        }
      }
    }
  }
}
