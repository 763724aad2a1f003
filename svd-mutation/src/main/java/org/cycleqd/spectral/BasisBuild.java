package org.cycleqd.spectral;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/**
 * Makes the file of a basis. Every tensor becomes a file of its own first, in a folder beside the
 * target, so that a build that was killed goes on with what it had; in the end they are put
 * together and deleted.
 *
 * @param target the file to publish
 * @param identity what it is of
 * @param tensors the model's
 * @param decomposition makes the components
 * @param threads how many tensors are worked on at a time
 */
record BasisBuild(
    Path target,
    BasisIdentity identity,
    List<TensorSpec> tensors,
    TaskDecomposition decomposition,
    int threads) {

  /** Is told about every tensor that is done, one at a time. */
  @FunctionalInterface
  interface Progress {
    void done(int done, String tensor);
  }

  void run(Expert expert, Progress progress) throws IOException {
    Path parts = target.resolveSibling(identity.key() + ".parts");
    Files.createDirectories(parts);
    deletePartials(target.resolveSibling("."), "." + target.getFileName());
    deletePartials(parts, ".");
    AtomicInteger done = new AtomicInteger();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      Parallel.forEach(
          pool,
          tensors,
          tensor -> {
            makePart(parts, tensor, expert);
            synchronized (done) {
              progress.done(done.incrementAndGet(), tensor.name());
            }
          });
    }
    putTogether(parts);
    try (Stream<Path> files = Files.list(parts)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(parts);
  }

  private Path part(Path parts, TensorSpec tensor) {
    return parts.resolve(tensor.name() + ".safetensors");
  }

  private void makePart(Path parts, TensorSpec tensor, Expert expert) throws IOException {
    Path part = part(parts, tensor);
    if (isWhole(part, tensor)) {
      return;
    }
    try (Arena arena = Arena.ofShared()) {
      Factors factors = decomposition.factors(tensor, expert, arena);
      BasisFile.write(part, identity, List.of(tensor), StoredFactors.views(tensor, factors));
    }
  }

  private boolean isWhole(Path part, TensorSpec tensor) {
    if (!Files.exists(part)) {
      return false;
    }
    try (BasisFile file = BasisFile.open(part)) {
      return file.identity().equals(identity) && file.damage(List.of(tensor.name()), 1).isEmpty();
    } catch (IOException e) {
      return false; // it is written again
    }
  }

  private void putTogether(Path parts) throws IOException {
    List<BasisFile> files = new ArrayList<>();
    try {
      Map<String, TensorView> views = new HashMap<>();
      for (TensorSpec tensor : tensors) {
        BasisFile file = BasisFile.open(part(parts, tensor));
        files.add(file);
        views.putAll(file.views());
      }
      BasisFile.write(target, identity, tensors, views);
    } finally {
      files.forEach(BasisFile::close);
    }
  }

  /** What a process that was killed had begun to write. */
  private static void deletePartials(Path folder, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.startsWith(prefix) && name.endsWith(".partial")) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
