package org.cycleqd.spectral.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.Compatibility;
import org.cycleqd.checkpoint.adapter.TaskMatrix;
import org.cycleqd.spectral.SingularBasis;
import org.cycleqd.spectral.TensorSite;
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
        List<TaskMatrix> vectors =
            experts.values().stream()
                .map(expert -> new TaskMatrix(base, expert.folder(), expert.tensor(spec.name())))
                .toList();
        List<double[]> squares = new ArrayList<>();
        if (spectra && spec.shape().size() == 2 && spec.rows() > 1 && spec.columns() > 1) {
          for (TaskMatrix vector : vectors) {
            squares.add(spectrum.of(vector));
          }
        }
        tensors.add(new TensorAnalysis(spec.name(), products(vectors), squares));
        observer.accept(spec.name());
      }
    }
    return new ExpertAnalysis(List.copyOf(experts.sequencedKeySet()), tensors);
  }

  /**
   * Compares the experts of a basis by the singular values that it keeps one by one; what it leaves
   * of a truncated matrix counts in the task vectors alone.
   */
  public static ExpertAnalysis of(SingularBasis basis) {
    int count = basis.layout().experts().size();
    List<TensorAnalysis> tensors = new ArrayList<>();
    for (int t = 0; t < basis.layout().tensors().size(); t++) {
      TensorSite site = basis.layout().tensors().get(t);
      List<double[]> vectors = new ArrayList<>();
      List<double[]> squares = new ArrayList<>();
      for (int e = 0; e < count; e++) {
        vectors.add(widen(basis.taskVector(e, t)));
        if (site.rank() > 0) {
          squares.add(Arrays.stream(widen(basis.keptValues(e, t))).map(s -> s * s).toArray());
        }
      }
      double[][] products = new double[count][count];
      addProducts(vectors, products);
      tensors.add(new TensorAnalysis(site.name(), products, squares));
    }
    return new ExpertAnalysis(basis.layout().experts(), tensors);
  }

  private static double[] widen(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static double[][] products(List<TaskMatrix> vectors) throws CheckpointException {
    double[][] products = new double[vectors.size()][vectors.size()];
    TaskMatrix first = vectors.getFirst();
    int most = Math.clamp((1 << 18) / first.columns(), 1, first.rows());
    for (int row = 0; row < first.rows(); row += most) {
      int rows = Math.min(most, first.rows() - row);
      List<double[]> tiles = new ArrayList<>();
      for (TaskMatrix vector : vectors) {
        tiles.add(vector.tile(row, rows));
      }
      addProducts(tiles, products);
    }
    return products;
  }

  private static void addProducts(List<double[]> vectors, double[][] products) {
    for (int a = 0; a < products.length; a++) {
      for (int b = a; b < products.length; b++) {
        products[a][b] += product(vectors.get(a), vectors.get(b));
        products[b][a] = products[a][b];
      }
    }
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
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
