package org.cycleqd.spectral.svf;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.Compatibility;

/**
 * What scaling a base's singular values can say of a fine-tuned model.
 *
 * @param expert the SVF expert
 * @param energy squared Frobenius norm of the fine-tune's change of the chosen matrices
 * @param discarded squared Frobenius norm of that change minus the SVF expert's
 */
public record SvfProjection(SvfVectors expert, double energy, double discarded) {

  /** Singular values below this share of the largest are left alone. */
  private static final double NEGLIGIBLE = 1e-7;

  /**
   * Projects a fine-tune's change D of each matrix on the base's singular directions: the factors
   * {@code f_i = 1 + u_i^T D v_i / S_i} are the nearest ones in the Frobenius norm. The plain rule
   * has them; the nuclear-norm rule has them up to a common factor, where they are positive.
   *
   * @param chosen names of matrices
   * @param observer is told the name of each matrix that is done
   * @throws CheckpointException if the models do not fit together, or a weight is not finite
   * @throws IllegalArgumentException if no matrix is chosen
   */
  public static SvfProjection of(
      Checkpoint base,
      Checkpoint tuned,
      SvfRule rule,
      Predicate<String> chosen,
      Consumer<String> observer)
      throws CheckpointException {
    Compatibility.require(base, tuned);
    SequencedMap<String, float[]> z = new LinkedHashMap<>();
    double energy = 0;
    double discarded = 0;
    SvfVectors neutral = SvfVectors.neutral(base, rule, chosen);
    try (SvfDecomposer decomposer = new SvfDecomposer()) {
      for (String tensor : neutral.z().sequencedKeySet()) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
          NDArray origin = BaseMatrix.read(manager, base, tensor);
          SvfMatrix matrix = decomposer.decompose(manager, origin);
          NDArray change = BaseMatrix.read(manager, tuned, tensor).subi(origin);
          double[] wanted = matrix.projected(change);
          float[] vector = vector(rule, matrix.singularValues(), wanted);
          z.put(tensor, vector);
          double norm = change.norm().toType(DataType.FLOAT64, false).getDouble();
          energy += norm * norm;
          discarded +=
              norm * norm + excess(matrix.amounts(rule, SvfVectors.widened(vector)), wanted);
        }
        observer.accept(tensor);
      }
    }
    return new SvfProjection(
        new SvfVectors(neutral.baseDigest(), rule, z), energy, Math.max(0, discarded));
  }

  private static float[] vector(SvfRule rule, double[] values, double[] wanted) {
    double[] factors = new double[values.length];
    for (int i = 0; i < factors.length; i++) {
      boolean negligible = values[i] <= NEGLIGIBLE * values[0];
      factors[i] = negligible ? 1 : 1 + wanted[i] / values[i];
    }
    double[] z = rule.inverse(factors);
    float[] vector = new float[z.length];
    for (int i = 0; i < z.length; i++) {
      vector[i] = (float) z[i];
    }
    return vector;
  }

  /** {@code ||D - E||^2 - ||D||^2} of a change D and an E that is diagonal in the base's SVD. */
  private static double excess(double[] amounts, double[] wanted) {
    double excess = 0;
    for (int i = 0; i < amounts.length; i++) {
      excess += amounts[i] * (amounts[i] - 2 * wanted[i]);
    }
    return excess;
  }
}
