package org.cycleqd.merge.method;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.merge.method.SpectralWork.Factors;

/** How the change of a matrix is made of the singular vectors of weighted task vectors. */
sealed interface SpectralRule {

  /** Name of the method. */
  String name();

  /** Parameters of the merge as a whole, beside {@code lambda}. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /**
   * Computes the change.
   *
   * @return what is added to the base, row by row, [m, n]
   * @throws MergeException if the matrix is too small for that many models
   * @throws IOException if a task vector has an element that is not finite
   */
  float[] change(SpectralWork work) throws IOException;

  /**
   * Task singular vectors, "TSV-Merge" (arXiv 2412.00081): the {@code k = floor(min(m, n) / T)}
   * leading components of each of the T task vectors side by side, their singular vectors made
   * orthogonal to each other by the nearest orthonormal ones.
   *
   * <p>Where vectors depend on each other, e.g. with equal models, the nearest orthonormal ones are
   * not unique and would add noise; the partial isometry is taken then. Equal models so give their
   * truncated common task vector, once.
   */
  record TaskSingularVectors() implements SpectralRule {

    @Override
    public String name() {
      return "tsv";
    }

    @Override
    public float[] change(SpectralWork work) throws IOException {
      int models = work.task().sources().size();
      if (models > work.length()) {
        throw new MergeException(
            "tensor %s: found %d models for shape %s, expected at most %d for tsv"
                .formatted(
                    work.task().output().name(),
                    models,
                    work.task().output().shape(),
                    work.length()));
      }
      List<Factors> factors = new ArrayList<>();
      for (int source = 0; source < models; source++) {
        factors.add(work.leading(work.taskVector(source), work.length() / models));
      }
      return work.compose(factors, false);
    }
  }

  /**
   * Isotropic merging in the common subspace, "Iso-C" (arXiv 2502.04959): the sum of the task
   * vectors with all singular values replaced by their mean. Only values that are not zero count:
   * no change is made where no model makes any.
   */
  record IsotropicCommon() implements SpectralRule {

    @Override
    public String name() {
      return "iso_c";
    }

    @Override
    public float[] change(SpectralWork work) throws IOException {
      return work.isotropic(work.sum());
    }
  }

  /**
   * Isotropic merging in common and task-specific subspaces, "Iso-CTS" (arXiv 2502.04959): the
   * leading components of the sum of the task vectors, and as many from each task vector's part
   * outside of their left vectors, made orthogonal and all given the mean of their singular values.
   *
   * <p>Of {@code r = min(m, n)} components about the share {@code common_space_fraction} is common:
   * each of the T models has {@code s = round((r - floor(share r)) / T)}, at most {@code floor(r /
   * T)}, and {@code r - T s} are common.
   */
  record IsotropicCommonAndSpecific() implements SpectralRule {

    private static final String SHARE = "common_space_fraction";

    @Override
    public String name() {
      return "iso_cts";
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(Parameter.number(SHARE, 0.8).within(0, 1));
    }

    @Override
    public float[] change(SpectralWork work) throws IOException {
      int models = work.task().sources().size();
      int length = work.length();
      int outside = length - (int) (work.task().parameters().number(SHARE) * length);
      int specific = Math.min((int) Math.round((double) outside / models), length / models);
      Factors common = work.leading(work.sum(), length - models * specific);
      List<Factors> factors = new ArrayList<>(List.of(common));
      for (int source = 0; source < models && specific > 0; source++) {
        NDArray own = work.beyond(work.taskVector(source), common);
        factors.add(work.leading(own, specific));
      }
      return work.compose(factors, true);
    }
  }
}
