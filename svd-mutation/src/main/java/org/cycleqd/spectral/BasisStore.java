package org.cycleqd.spectral;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.SafetensorsException;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;
import org.jspecify.annotations.Nullable;

/**
 * A folder of singular bases, a safetensors file for each base, expert and policy, named by their
 * digests. A basis is built once and mapped by whoever needs it.
 *
 * <p>A file that is there is read as a whole against its digests before it is used; one that is
 * damaged is built again. A build that was killed goes on with the tensors it had finished. Of
 * several processes that need the same basis one builds and the others wait.
 *
 * @param folder where the files are; created when needed
 * @param threads how many tensors are worked on at a time; the content does not depend on it
 */
public record BasisStore(Path folder, int threads) {

  private static final String SUFFIX = ".safetensors";

  /**
   * Checks the number of threads.
   *
   * @throws IllegalArgumentException if there is none
   */
  public BasisStore {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "threads: found %d, expected 1 or more".formatted(threads));
    }
  }

  /**
   * A stored basis.
   *
   * @param file where it is
   * @param identity what it is of
   * @param tensors the model's tensors
   * @param components of all tensors together, residuals not counted
   * @param largestError largest error of a singular value in units of its matrix's largest one; 0
   *     where all decompositions were exact
   * @param bytes size of the file
   */
  public record Entry(
      Path file,
      BasisIdentity identity,
      int tensors,
      long components,
      double largestError,
      long bytes) {}

  /**
   * The basis of some experts; what is not stored yet is built.
   *
   * @param experts by name
   * @throws CheckpointException if a weight is not finite
   * @throws IOException if the store cannot be read or written, or the thread was interrupted
   * @throws IllegalArgumentException if there is no expert
   */
  public SingularBasis open(
      Checkpoint base,
      SequencedMap<String, ? extends Expert> experts,
      BasisPolicy policy,
      BasisListener listener)
      throws IOException {
    SingularBasis.requireExperts(experts);
    Files.createDirectories(folder);
    Map<String, BasisFile> files = new HashMap<>();
    try {
      for (Map.Entry<String, ? extends Expert> expert : experts.entrySet()) {
        files.put(
            expert.getKey(), open(base, expert.getKey(), expert.getValue(), policy, listener));
      }
      return new SingularBasis(
          base,
          experts,
          policy,
          (name, spec) -> StoredFactors.read(Objects.requireNonNull(files.get(name)).views(), spec),
          () -> files.values().forEach(BasisFile::close));
    } catch (IOException | RuntimeException | Error e) {
      files.values().forEach(BasisFile::close);
      throw e;
    }
  }

  private BasisFile open(
      Checkpoint base, String name, Expert expert, BasisPolicy policy, BasisListener listener)
      throws IOException {
    BasisIdentity identity = new BasisIdentity(base.digest(), expert.digest(), policy.text());
    List<TensorSpec> tensors = base.tensors().values().stream().map(TensorView::spec).toList();
    Path target = folder.resolve(identity.key() + SUFFIX);
    @Nullable BasisFile known = sound(target, identity, tensors, BasisListener.silent());
    if (known != null) {
      return known;
    }
    try (BasisLock _ = BasisLock.await(folder.resolve("." + identity.key() + ".lock"))) {
      known = sound(target, identity, tensors, listener);
      return known == null
          ? build(target, identity, tensors, base, name, expert, policy, listener)
          : known;
    }
  }

  private BasisFile build(
      Path target,
      BasisIdentity identity,
      List<TensorSpec> tensors,
      Checkpoint base,
      String name,
      Expert expert,
      BasisPolicy policy,
      BasisListener listener)
      throws IOException {
    try (TaskDecomposition decomposition = new TaskDecomposition(base, policy)) {
      new BasisBuild(target, identity, tensors, decomposition, threads)
          .run(expert, (done, tensor) -> listener.decomposed(name, done, tensors.size(), tensor));
    }
    return BasisFile.open(target);
  }

  /** The file if it is there and as it was written. */
  private @Nullable BasisFile sound(
      Path target, BasisIdentity identity, List<TensorSpec> tensors, BasisListener listener)
      throws IOException {
    if (!Files.exists(target)) {
      return null;
    }
    Optional<String> damage;
    try {
      BasisFile file = BasisFile.open(target);
      damage =
          file.identity().equals(identity)
              ? file.damage(tensors.stream().map(TensorSpec::name).toList(), threads)
              : Optional.of("found the basis of other models, expected that of its name");
      if (damage.isEmpty()) {
        return file;
      }
      file.close();
    } catch (SafetensorsException | CheckpointException e) {
      damage = Optional.of(String.valueOf(e.getMessage()));
    }
    listener.damaged(target, damage.get());
    return null;
  }

  /**
   * What a file holds; its data is not read.
   *
   * @throws IOException if it cannot be read or is not a basis
   */
  public Entry entry(Path path) throws IOException {
    try (BasisFile file = BasisFile.open(path)) {
      List<String> tensors = file.tensors();
      return new Entry(
          path,
          file.identity(),
          tensors.size(),
          tensors.stream().mapToLong(each -> StoredFactors.kept(file.views(), each)).sum(),
          tensors.stream()
              .mapToDouble(each -> StoredFactors.relativeError(file.views(), each))
              .max()
              .orElse(0),
          Files.size(path));
    }
  }

  /**
   * Reads a basis as a whole.
   *
   * @return what is wrong with it, empty if nothing
   * @throws IOException if it cannot be read
   */
  public Optional<String> verify(Path path) throws IOException {
    try (BasisFile file = BasisFile.open(path)) {
      return file.damage(file.tensors(), threads);
    } catch (SafetensorsException | CheckpointException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** The files of the store, in the order of their names. */
  public List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
          .filter(file -> String.valueOf(file.getFileName()).endsWith(SUFFIX))
          .sorted()
          .toList();
    }
  }
}
