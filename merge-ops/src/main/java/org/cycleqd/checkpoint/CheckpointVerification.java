package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.cycleqd.tensor.TensorView;
import org.jspecify.annotations.Nullable;

/** Looks for everything that is wrong with a model folder, not only for the first thing. */
public final class CheckpointVerification {

  private final Path folder;
  private final LinkPolicy links;
  private final Observer observer;
  private boolean sound = true;

  private CheckpointVerification(Path folder, LinkPolicy links, Observer observer) {
    this.folder = folder;
    this.links = links;
    this.observer = observer;
  }

  /** Hears of the verification as it goes. */
  public interface Observer {

    /** A part is done. */
    void finished(VerificationStep step);

    /** Weights have been read; called from any thread. */
    void read(long bytes, long total);
  }

  /**
   * Verifies configuration, weights, values, tokenizer and digest, in this order.
   *
   * <p>Values are finite if no weight is an infinity or a NaN; all of them are read.
   *
   * @param digest the digest that is expected, see {@link Checkpoint#digest}, or empty
   * @return whether nothing is wrong
   * @throws CheckpointException if there is no folder
   * @throws IOException if a file cannot be read
   */
  public static boolean of(
      Path folder, LinkPolicy links, Optional<String> digest, Observer observer)
      throws IOException, InterruptedException {
    Checkpoint.requireFolder(folder);
    return new CheckpointVerification(folder, links, observer).run(digest);
  }

  private boolean run(Optional<String> digest) throws IOException, InterruptedException {
    @Nullable LlamaConfig config = config();
    List<IOException> problems = new ArrayList<>();
    try (WeightFiles weights = WeightFiles.open(folder, links, problems::add)) {
      Map<String, TensorView> tensors = weights.tensors();
      if (config != null) {
        tensors = TensorMatching.of(folder, config, tensors, problems::add);
      }
      long bytes = tensors.values().stream().mapToLong(view -> view.spec().bytes()).sum();
      finish("weights", "%d tensors, %d bytes".formatted(tensors.size(), bytes), texts(problems));
      checkValues(weights, tensors.values(), bytes);
      if (config != null) {
        finish(TokenizerCheck.of(folder, links, config));
      }
      if (digest.isPresent()) {
        checkDigest(digest.get(), config, tensors.values());
      }
    }
    return sound;
  }

  private @Nullable LlamaConfig config() throws IOException {
    try {
      LlamaConfig config = LlamaConfig.read(folder);
      finish("configuration", "llama, %d layers".formatted(config.layers()), List.of());
      return config;
    } catch (CheckpointException e) {
      finish("configuration", "unusable", List.of(String.valueOf(e.getMessage())));
      return null;
    }
  }

  private void checkValues(WeightFiles weights, Collection<TensorView> tensors, long bytes)
      throws InterruptedException {
    List<TensorView> floats =
        tensors.stream().filter(view -> view.spec().dtype().isWeight()).toList();
    List<String> problems =
        FiniteCheck.of(floats, done -> observer.read(done, bytes)).stream()
            .map(bad ->
                "%s: tensor %s: found %s at element %d, expected finite values"
                    .formatted(
                        Objects.requireNonNull(weights.locations().get(bad.tensor())).file(),
                        bad.tensor(),
                        bad.value(),
                        bad.index()))
            .toList();
    finish("values", "all of %d tensors read".formatted(floats.size()), problems);
  }

  private void checkDigest(
      String expected, @Nullable LlamaConfig config, Collection<TensorView> tensors) {
    if (config == null || !sound) {
      finish(
          "digest", "not computed", List.of(folder + ": digest: found no sound model to digest"));
      return;
    }
    String found = CheckpointDigest.of(config, tensors);
    finish(
        "digest",
        found,
        found.equals(expected.toLowerCase(Locale.ROOT))
            ? List.of()
            : List.of("%s: digest: found %s, expected %s".formatted(folder, found, expected)));
  }

  private void finish(String subject, String result, List<String> problems) {
    finish(new VerificationStep(subject, result, problems));
  }

  private void finish(VerificationStep step) {
    sound &= step.isSound();
    observer.finished(step);
  }

  private static List<String> texts(List<IOException> problems) {
    return problems.stream().map(problem -> String.valueOf(problem.getMessage())).toList();
  }
}
