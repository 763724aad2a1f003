package org.cycleqd.spectral;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Function;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;

/** A tiny base with experts "a" and "b" on disk, opened, and their singular basis. */
record TinyExperts(Checkpoint base, SequencedMap<String, Checkpoint> experts, SingularBasis basis)
    implements AutoCloseable {

  static LlamaConfig config(DType dtype, boolean tied, int vocabulary, int intermediate) {
    return new LlamaConfig(
        vocabulary,
        8,
        intermediate,
        2,
        new AttentionConfig(2, 1, 4, true),
        false,
        1e-5,
        RotaryEmbedding.of(10_000),
        32,
        tied,
        dtype,
        SpecialTokens.none());
  }

  /** Normal weights; the experts differ from the base by a tenth of that. */
  static TinyExperts random(Path folder, LlamaConfig config) throws IOException {
    return of(
        folder,
        config,
        e ->
            spec -> {
              float[] values = new float[(int) spec.elements()];
              Draws base = Draws.at(1, "base", spec.name());
              Draws delta = Draws.at(1, e, spec.name());
              for (int i = 0; i < values.length; i++) {
                values[i] =
                    (float) (base.gaussian(i) + (e.equals("base") ? 0 : 0.1 * delta.gaussian(i)));
              }
              return values;
            });
  }

  /** The model named "base", "a" or "b", then the tensor, to weights. */
  static TinyExperts of(
      Path folder, LlamaConfig config, Function<String, Function<TensorSpec, float[]>> weights)
      throws IOException {
    Checkpoint base = publish(folder.resolve("base"), config, weights.apply("base"));
    SequencedMap<String, Checkpoint> experts = new LinkedHashMap<>();
    for (String name : List.of("a", "b")) {
      experts.put(name, publish(folder.resolve(name), config, weights.apply(name)));
    }
    return new TinyExperts(base, experts, SingularBasis.build(base, experts));
  }

  static Checkpoint publish(Path folder, LlamaConfig config, Function<TensorSpec, float[]> weights)
      throws IOException {
    TensorSource source =
        (spec, target) -> TensorSource.ofFloats(name -> weights.apply(spec)).write(spec, target);
    CheckpointWriter.publish(folder, CheckpointContent.of(config, source), ExistingTarget.REFUSE);
    return Checkpoint.open(folder);
  }

  Checkpoint expert(String name) {
    return Objects.requireNonNull(experts.get(name));
  }

  /** The genome's model, tensor by tensor. */
  List<float[]> compose(Genome genome) {
    return new LiveFloats(base).compose(basis, genome, 1).values();
  }

  List<float[]> weights(Checkpoint checkpoint) {
    return checkpoint.tensors().values().stream().map(view -> view.toFloats()).toList();
  }

  /** Random coefficients; every third set has no shift. */
  Genome genome(long seed) {
    List<List<TensorCoefficients>> rows = new ArrayList<>();
    for (String expert : basis.layout().experts()) {
      List<TensorCoefficients> row = new ArrayList<>();
      for (TensorSite site : basis.layout().tensors()) {
        Draws draws = Draws.at(seed, expert, site.name());
        float[] shift = new float[draws.below(0, 3) == 0 ? 0 : site.rank()];
        for (int i = 0; i < shift.length; i++) {
          shift[i] = (float) draws.child("shift").gaussian(i);
        }
        row.add(new TensorCoefficients((float) draws.child("scale").gaussian(0), shift));
      }
      rows.add(row);
    }
    return new Genome(basis.layout(), rows);
  }

  @Override
  public void close() {
    basis.close();
    experts.values().forEach(Checkpoint::close);
    base.close();
  }
}
