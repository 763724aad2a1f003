package org.cycleqd.spectral.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.Compatibility;
import org.cycleqd.spectral.SingularBasis;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.torch.TorchProgram;

/**
 * The experts of a base, compared tensor by tensor. No model is ever held as a whole: the largest
 * thing in memory is one wide matrix with its Gram matrix.
 *
 * @param experts names, in the order of all indices
 * @param tensors in the base's order
 */
public record ExpertAnalysis(List<String> experts, List<TensorAnalysis> tensors) {

  /** Copies the lists. */
  public ExpertAnalysis {
    experts = List.copyOf(experts);
    tensors = List.copyOf(tensors);
  }

  /**
   * Reads all models once, or twice with spectra.
   *
   * @param experts by name, at least one; each must fit the base
   * @param spectra whether singular values are taken, which is most of the work
   * @param observer is told the name of each tensor that is done
   * @throws CheckpointException if a model does not fit the base, or a weight is not finite
   */
  public static ExpertAnalysis of(
      Checkpoint base,
      SequencedMap<String, Checkpoint> experts,
      boolean spectra,
      Consumer<String> observer)
      throws CheckpointException {
    if (experts.isEmpty()) {
      throw new IllegalArgumentException("experts: found none, expected at least one");
    }
    for (Checkpoint expert : experts.values()) {
      Compatibility.require(base, expert);
    }
    List<TensorAnalysis> tensors = new ArrayList<>();
    try (TorchProgram program = TorchProgram.load(GramProgram.TEXT)) {
      SquaredSpectrum spectrum = new SquaredSpectrum(program);
      for (TensorSpec spec : base.config().tensors()) {
        List<TaskVector> vectors =
            experts.values().stream().map(expert -> new TaskVector(base, expert, spec)).toList();
        List<double[]> squares = new ArrayList<>();
        if (spectra && spec.shape().size() == 2 && spec.rows() > 1 && spec.columns() > 1) {
          for (TaskVector vector : vectors) {
            squares.add(spectrum.of(vector));
          }
        }
        tensors.add(new TensorAnalysis(spec.name(), products(vectors), squares));
        observer.accept(spec.name());
      }
    }
    return new ExpertAnalysis(List.copyOf(experts.sequencedKeySet()), tensors);
  }

  /** Takes the experts of a basis, of any kind, with the singular values that it holds. */
  public static ExpertAnalysis of(SingularBasis basis) {
    List<TensorAnalysis> tensors = new ArrayList<>();
    int experts = basis.layout().experts().size();
    for (int t = 0; t < basis.layout().tensors().size(); t++) {
      List<float[]> vectors = new ArrayList<>();
      List<double[]> squares = new ArrayList<>();
      for (int e = 0; e < experts; e++) {
        vectors.add(basis.taskVector(e, t));
        float[] values = basis.singularValues(e, t);
        squares.add(
            IntStream.range(0, values.length)
                .mapToDouble(i -> (double) values[i] * values[i])
                .toArray());
      }
      double[][] products = new double[experts][experts];
      for (int a = 0; a < experts; a++) {
        for (int b = 0; b < experts; b++) {
          products[a][b] = product(vectors.get(a), vectors.get(b), vectors.get(a).length);
        }
      }
      boolean spectral = basis.layout().tensors().get(t).rank() > 0;
      tensors.add(
          new TensorAnalysis(
              basis.layout().tensors().get(t).name(), products, spectral ? squares : List.of()));
    }
    return new ExpertAnalysis(basis.layout().experts(), tensors);
  }

  private static double[][] products(List<TaskVector> vectors) throws CheckpointException {
    int count = vectors.size();
    double[][] products = new double[count][count];
    TaskVector first = vectors.getFirst();
    int most = Math.clamp((1 << 18) / first.columns(), 1, first.rows());
    float[][] tiles = new float[count][most * first.columns()];
    float[] scratch = new float[most * first.columns()];
    for (int row = 0; row < first.rows(); row += most) {
      int rows = Math.min(most, first.rows() - row);
      for (int e = 0; e < count; e++) {
        vectors.get(e).read(row, rows, tiles[e], scratch);
      }
      for (int a = 0; a < count; a++) {
        for (int b = a; b < count; b++) {
          products[a][b] += product(tiles[a], tiles[b], rows * first.columns());
          products[b][a] = products[a][b];
        }
      }
    }
    return products;
  }

  private static double product(float[] a, float[] b, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  /** The cosines over the whole model. */
  public ExpertCosines total() {
    return ExpertCosines.of("all", tensors);
  }

  /** The cosines layer by layer: embedding, decoder layers, final norm with head. */
  public List<ExpertCosines> layers() {
    List<ExpertCosines> layers = new ArrayList<>();
    for (String layer : tensors.stream().map(t -> layer(t.tensor())).distinct().toList()) {
      Predicate<TensorAnalysis> inside = tensor -> layer(tensor.tensor()).equals(layer);
      layers.add(ExpertCosines.of(layer, tensors.stream().filter(inside).toList()));
    }
    return layers;
  }

  /** What holds the energy, for each kind of matrix: tensors that differ in their layer only. */
  public List<KindSpectrum> kinds() {
    List<TensorAnalysis> matrices = tensors.stream().filter(TensorAnalysis::spectral).toList();
    return matrices.stream()
        .map(matrix -> kind(matrix.tensor()))
        .distinct()
        .map(kind ->
            KindSpectrum.of(
                kind, matrices.stream().filter(m -> kind(m.tensor()).equals(kind)).toList()))
        .toList();
  }

  private static String layer(String tensor) {
    if (tensor.startsWith("model.embed_tokens.")) {
      return "embedding";
    }
    return tensor.startsWith("model.layers.")
        ? "layer " + tensor.split("\\.", -1)[2]
        : "norm and head";
  }

  private static String kind(String tensor) {
    return tensor.replaceFirst("^model\\.layers\\.[0-9]+\\.", "layers.*.");
  }
}
