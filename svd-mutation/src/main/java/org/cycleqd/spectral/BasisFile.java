package org.cycleqd.spectral;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.SafetensorsWriter;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/** The components of an expert's task vectors in a mapped file, with a digest for each tensor. */
final class BasisFile implements AutoCloseable {

  private final SafetensorsFile file;

  private BasisFile(SafetensorsFile file) {
    this.file = file;
  }

  /**
   * Opens a file, and checks all but its data.
   *
   * @throws IOException if it cannot be read or is not a basis
   */
  static BasisFile open(Path path) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    String format = String.valueOf(file.metadata().get("format"));
    if (!format.equals(BasisIdentity.FORMAT)) {
      file.close();
      throw new CheckpointException(path, "format", format, BasisIdentity.FORMAT);
    }
    return new BasisFile(file);
  }

  /**
   * Writes a file that appears complete or not at all.
   *
   * @param views the components of all tensors by their names in the file
   */
  static void write(
      Path path, BasisIdentity identity, List<TensorSpec> tensors, Map<String, TensorView> views)
      throws IOException {
    Map<String, String> metadata = new HashMap<>(identity.metadata());
    for (TensorSpec tensor : tensors) {
      metadata.put(
          StoredFactors.digestKey(tensor.name()), StoredFactors.digest(views, tensor.name()));
    }
    SafetensorsWriter.write(
        path,
        metadata,
        views.values().stream().map(TensorView::spec).toList(),
        TensorSource.ofViews(views));
  }

  BasisIdentity identity() {
    Map<String, String> metadata = file.metadata();
    return new BasisIdentity(
        metadata.getOrDefault("base", ""),
        metadata.getOrDefault("expert", ""),
        metadata.getOrDefault("policy", ""));
  }

  /** The components by their names in the file. */
  Map<String, TensorView> views() {
    return file.tensors();
  }

  /** The tensors whose components are there. */
  List<String> tensors() {
    return StoredFactors.tensors(views());
  }

  /**
   * What is wrong with the components of tensors, if anything; reads all of them.
   *
   * @param threads how many tensors are read at a time
   * @throws IOException if the thread was interrupted
   */
  Optional<String> damage(List<String> tensors, int threads) throws IOException {
    List<String> damages = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      Parallel.forEach(
          pool,
          tensors,
          tensor -> {
            Optional<String> damage = damage(tensor);
            synchronized (damages) {
              damage.ifPresent(damages::add);
            }
          });
    }
    return damages.stream().sorted().findFirst();
  }

  private Optional<String> damage(String tensor) {
    String wanted = file.metadata().get(StoredFactors.digestKey(tensor));
    String found = StoredFactors.digest(views(), tensor);
    return found.equals(wanted)
        ? Optional.empty()
        : Optional.of(
            "tensor %s: found components with digest %s, expected %s"
                .formatted(tensor, found, wanted));
  }

  @Override
  public void close() {
    file.close();
  }
}
