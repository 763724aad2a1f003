package org.cycleqd.spectral.svf;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.adapter.AdapterContent;
import org.cycleqd.checkpoint.adapter.AdapterReport;
import org.cycleqd.checkpoint.adapter.AdapterWriter;
import org.cycleqd.checkpoint.adapter.LowRankFactors;
import org.cycleqd.checkpoint.adapter.TensorReport;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;

/** Turns SVF experts into models and adapters that other programs open, a tensor at a time. */
public final class SvfExport {

  private final Checkpoint base;
  private final SvfVectors expert;
  private final SvfDecomposer decomposer;
  private final Consumer<String> observer;

  private SvfExport(
      Checkpoint base, SvfVectors expert, SvfDecomposer decomposer, Consumer<String> observer) {
    this.base = base;
    this.expert = expert;
    this.decomposer = decomposer;
    this.observer = observer;
  }

  /**
   * Publishes the expert as a Hugging Face folder with the base's configuration, dtypes and
   * tokenizer. Changed matrices are rounded once; all else is the base's bit for bit.
   *
   * @param target must be empty or not exist
   * @param observer is told the name of each tensor that is done
   * @throws CheckpointException if the expert is not one of this base, or the target may not be
   *     written
   * @throws IOException if a file cannot be written
   */
  public static void model(
      Checkpoint base, SvfVectors expert, Path target, Consumer<String> observer)
      throws IOException {
    expert.requireBase(base);
    try (SvfDecomposer decomposer = new SvfDecomposer()) {
      SvfExport export = new SvfExport(base, expert, decomposer, observer);
      TensorSource weights =
          (spec, out) -> {
            if (expert.has(spec.name())) {
              float[] changed = export.changed(spec.name());
              TensorSource.ofFloats(_ -> changed).write(spec, out);
            } else {
              out.put(0, base.tensor(spec.name()).data());
            }
            observer.accept(spec.name());
          };
      CheckpointWriter.publish(
          target, CheckpointContent.like(base, weights), ExistingTarget.REFUSE);
    }
  }

  private float[] changed(String tensor) throws CheckpointException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray matrix = BaseMatrix.read(manager, base, tensor);
      SvfMatrix factors = decomposer.decompose(manager, matrix);
      NDArray delta = factors.delta(manager, expert.rule(), expert.doubles(tensor));
      return matrix.addi(delta).toFloatArray();
    }
  }

  /**
   * Publishes the expert as a PEFT folder: of each changed matrix the {@code rank} components that
   * change most, {@code B = U_k diag(d_k)}, {@code A = V_k^T} with {@code d = S (f(z) - 1)}.
   *
   * @param target must be empty or not exist
   * @param rank most components of a matrix, 1 or more
   * @param observer is told the name of each matrix that is done
   * @return the matrices with a vector, and what the adapter lacks of their change
   * @throws CheckpointException if the expert is not one of this base or equals it, or the target
   *     may not be written
   * @throws IOException if a file cannot be written
   */
  public static AdapterReport adapter(
      Checkpoint base, SvfVectors expert, Path target, int rank, Consumer<String> observer)
      throws IOException {
    if (rank < 1) {
      throw new IllegalArgumentException("rank: found %d, expected 1 or more".formatted(rank));
    }
    expert.requireBase(base);
    List<TensorReport> reports = new ArrayList<>();
    try (SvfDecomposer decomposer = new SvfDecomposer()) {
      SvfExport export = new SvfExport(base, expert, decomposer, observer);
      AdapterWriter.publishResult(
          target, () -> export.content(rank, reports), ExistingTarget.REFUSE);
    }
    return new AdapterReport(reports);
  }

  private AdapterContent content(int rank, List<TensorReport> reports) throws IOException {
    List<LowRankFactors> all = new ArrayList<>();
    for (String tensor : expert.z().sequencedKeySet()) {
      TruncatedChange change;
      try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
        NDArray matrix = BaseMatrix.read(manager, base, tensor);
        SvfMatrix factors = decomposer.decompose(manager, matrix);
        double[] amounts = factors.amounts(expert.rule(), expert.doubles(tensor));
        change = TruncatedChange.of(tensor, factors, amounts, rank);
      }
      change.factors().ifPresent(all::add);
      reports.add(change.report());
      observer.accept(tensor);
    }
    if (all.isEmpty()) {
      throw new CheckpointException(
          "vectors: found neutral ones only, expected a change that an adapter can hold");
    }
    return AdapterContent.of(base.folder().toString(), all, DType.F32);
  }
}
