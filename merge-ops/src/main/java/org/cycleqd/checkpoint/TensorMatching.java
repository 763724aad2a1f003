package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;
import org.jspecify.annotations.Nullable;

/** Holds the tensors that were found against those that the configuration implies. */
final class TensorMatching {

  private static final String ROTARY_TABLE = ".rotary_emb.inv_freq";

  private final Path folder;
  private final Map<String, TensorView> found;
  private final ProblemSink problems;

  private TensorMatching(Path folder, Map<String, TensorView> found, ProblemSink problems) {
    this.folder = folder;
    this.found = found;
    this.problems = problems;
  }

  /** The tensors that fit, in the configuration's order; of all others the sink is told. */
  static SequencedMap<String, TensorView> of(
      Path folder, LlamaConfig config, Map<String, TensorView> found, ProblemSink problems)
      throws IOException {
    return new TensorMatching(folder, found, problems).matched(config);
  }

  private SequencedMap<String, TensorView> matched(LlamaConfig config) throws IOException {
    SequencedMap<String, TensorView> matched = new LinkedHashMap<>();
    Set<String> unexpected = new HashSet<>(found.keySet());
    for (TensorSpec expected : config.tensors()) {
      TensorView view = found.get(expected.name());
      unexpected.remove(expected.name());
      if (view != null && fits(expected, view)) {
        matched.put(expected.name(), view);
      } else if (view == null) {
        problems.report(problem(expected.name(), "none", "shape " + expected.shape()));
      }
    }
    unexpected.removeIf(name -> name.endsWith(ROTARY_TABLE));
    if (config.tiedEmbeddings() && unexpected.remove(LlamaTensors.HEAD)) {
      requireTied();
    }
    if (!unexpected.isEmpty()) {
      problems.report(
          problem(
              new TreeSet<>(unexpected).getFirst(),
              "it and %d more".formatted(unexpected.size() - 1),
              "only the %d tensors that config.json implies".formatted(config.tensors().size())));
    }
    return matched;
  }

  private boolean fits(TensorSpec expected, TensorView view) throws IOException {
    TensorSpec spec = view.spec();
    if (!spec.shape().equals(expected.shape())) {
      problems.report(
          problem(
              spec.name(),
              "shape " + spec.shape(),
              "shape %s by config.json".formatted(expected.shape())));
      return false;
    }
    if (!spec.dtype().isWeight()) {
      problems.report(problem(spec.name(), "dtype " + spec.dtype(), "F32, BF16 or F16"));
      return false;
    }
    return true;
  }

  private void requireTied() throws IOException {
    @Nullable TensorView head = found.get(LlamaTensors.HEAD);
    @Nullable TensorView embedding = found.get(LlamaTensors.EMBEDDING);
    boolean same =
        head != null
            && embedding != null
            && head.spec().dtype() == embedding.spec().dtype()
            && head.spec().shape().equals(embedding.spec().shape())
            && head.data().mismatch(embedding.data()) == -1;
    if (!same) {
      problems.report(
          problem(
              LlamaTensors.HEAD,
              "a head of its own",
              "a copy of %s, since tie_word_embeddings is true".formatted(LlamaTensors.EMBEDDING)));
    }
  }

  private CheckpointException problem(String tensor, String found, String expected) {
    return new CheckpointException(folder, "tensor " + tensor, found, expected);
  }
}
