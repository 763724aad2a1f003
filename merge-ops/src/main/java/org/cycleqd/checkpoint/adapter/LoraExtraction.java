package org.cycleqd.checkpoint.adapter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.Compatibility;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/**
 * Turns a fine-tuned model into a LoRA adapter on its base: for each of the seven linear layers of
 * every decoder layer the best approximation of the difference by a product of low rank.
 *
 * <p>The approximation is B = U_k diag(S_k), A = V_k^T with scale 1. Matrices whose shorter side is
 * at most {@value #EXACT_UP_TO} are decomposed exactly in float64, larger ones by a randomised
 * range finder that reads them in tiles. What an adapter loses is not estimated: it is the squared
 * norm of the difference minus the factors as they are stored, and the report has every tensor,
 * those that are left out too.
 */
public final class LoraExtraction {

  /** The largest shorter side of a matrix that is decomposed exactly. */
  static final int EXACT_UP_TO = 1500;

  private final Checkpoint base;
  private final Checkpoint expert;
  private final ExtractionOptions options;
  private final SavedModules savedModules;
  private final MatrixDecomposition decomposition;
  private final List<LowRankFactors> factors = new ArrayList<>();
  private final SequencedMap<String, TensorView> saved = new LinkedHashMap<>();

  private LoraExtraction(
      Checkpoint base,
      Checkpoint expert,
      ExtractionOptions options,
      MatrixDecomposition decomposition) {
    this.base = base;
    this.expert = expert;
    this.options = options;
    this.savedModules = new SavedModules(options.savedModules());
    this.decomposition = decomposition;
  }

  /** Is told about every tensor that is done. */
  @FunctionalInterface
  public interface Observer {

    /**
     * A tensor is done.
     *
     * @param done how many are
     * @param total of how many
     * @param latest the one that was finished
     */
    void done(int done, int total, TensorReport latest);
  }

  /**
   * Writes the adapter's folder.
   *
   * @param base what the expert was tuned from
   * @param expert must fit the base in architecture, shapes and dtypes
   * @param target the folder to publish; one that is not empty is refused before the work begins
   * @return every tensor of the base, and what the adapter holds of its change
   * @throws CheckpointException if the models do not fit together, do not differ in what is to be
   *     stored, have weights that are not finite, or a module to save is not there
   * @throws IOException if a file cannot be written
   */
  public static AdapterReport publish(
      Checkpoint base, Checkpoint expert, Path target, ExtractionOptions options, Observer observer)
      throws IOException {
    Compatibility.require(base, expert);
    List<TensorReport> reports = new ArrayList<>();
    try (MatrixDecomposition decomposition = new MatrixDecomposition(EXACT_UP_TO, options.seed())) {
      LoraExtraction extraction = new LoraExtraction(base, expert, options, decomposition);
      extraction.requireSavedModules();
      AdapterWriter.publishResult(
          target, () -> extraction.content(reports, observer), ExistingTarget.REFUSE);
    }
    return new AdapterReport(reports);
  }

  private AdapterContent content(List<TensorReport> reports, Observer observer)
      throws CheckpointException {
    int total = base.tensors().size();
    for (TensorView view : base.tensors().values()) {
      TensorReport report = extract(view.spec());
      reports.add(report);
      observer.done(reports.size(), total, report);
    }
    if (factors.isEmpty() && saved.isEmpty()) {
      throw new CheckpointException(
          expert.folder(),
          "weights",
          "no difference in what is to be stored",
          "other weights than the base's, " + base.folder());
    }
    boolean tied = base.config().tiedEmbeddings() && savedModules.contain(BaseModules.EMBEDDING);
    return new AdapterContent(
        base.folder().toString(), factors, options.savedModules(), saved, tied, options.dtype());
  }

  private TensorReport extract(TensorSpec spec) throws CheckpointException {
    String module = BaseModules.of(spec.name());
    TaskMatrix matrix = new TaskMatrix(base, expert.folder(), expert.tensor(spec.name()));
    double energy = matrix.energy();
    if (savedModules.contain(module)) {
      saved.put(spec.name(), expert.tensor(spec.name()));
      return new TensorReport(spec.name(), TensorReport.Treatment.SAVED, 0, energy, 0);
    }
    if (energy == 0) {
      return new TensorReport(spec.name(), TensorReport.Treatment.UNCHANGED, 0, 0, 0);
    }
    if (!BaseModules.isProjection(module) || spec.shape().size() != 2) {
      return new TensorReport(spec.name(), TensorReport.Treatment.LEFT_OUT, 0, energy, energy);
    }
    MatrixDecomposition.Choice choice =
        decomposition.decompose(matrix, energy, options.rank(), Double.POSITIVE_INFINITY);
    LowRankFactors found = choice.factors().truncated(spec.name(), choice.rank(), options.dtype());
    factors.add(found);
    return new TensorReport(
        spec.name(),
        TensorReport.Treatment.FACTORS,
        choice.rank(),
        energy,
        decomposition.residual(matrix, found));
  }

  private void requireSavedModules() throws CheckpointException {
    for (String end : options.savedModules()) {
      SavedModules one = new SavedModules(List.of(end));
      if (base.tensors().keySet().stream().noneMatch(name -> one.contain(BaseModules.of(name)))) {
        throw new CheckpointException(
            base.folder(), "module to save", end, "the end of a path of a module with weights");
      }
    }
  }
}
