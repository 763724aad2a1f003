package org.cycleqd.spectral.svf;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.TensorSpec;

/**
 * An SVF expert: one vector z for each chosen matrix of a base.
 *
 * @param baseDigest {@link Checkpoint#digest} of the base
 * @param rule how the vectors scale singular values
 * @param z float32 vectors by the name of the matrix, at least one; not to be written to
 */
public record SvfVectors(String baseDigest, SvfRule rule, SequencedMap<String, float[]> z) {

  /**
   * Copies the map and checks the numbers.
   *
   * @throws IllegalArgumentException if there is no vector, or a number is not finite
   */
  public SvfVectors {
    z = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(z));
    if (z.isEmpty()) {
      throw new IllegalArgumentException("vectors: found none, expected at least one");
    }
    z.forEach((tensor, vector) -> {
      for (int i = 0; i < vector.length; i++) {
        if (!Float.isFinite(vector[i])) {
          throw new IllegalArgumentException(
              "tensor %s: found %s at element %d, expected finite numbers"
                  .formatted(tensor, vector[i], i));
        }
      }
    });
  }

  /**
   * Vectors that leave the base as it is.
   *
   * @param chosen names of matrices
   * @throws IllegalArgumentException if no matrix is chosen
   */
  public static SvfVectors neutral(Checkpoint base, SvfRule rule, Predicate<String> chosen) {
    SequencedMap<String, float[]> z = new LinkedHashMap<>();
    for (TensorSpec spec : base.config().tensors()) {
      if (spec.shape().size() == 2 && chosen.test(spec.name())) {
        float[] vector = new float[length(spec)];
        Arrays.fill(vector, rule.neutral());
        z.put(spec.name(), vector);
      }
    }
    return new SvfVectors(base.digest(), rule, z);
  }

  /** Whether a matrix has a vector. */
  public boolean has(String tensor) {
    return z.containsKey(tensor);
  }

  /** A matrix's vector, in the precision of the arithmetic. */
  double[] doubles(String tensor) {
    return widened(Objects.requireNonNull(z.get(tensor), tensor));
  }

  static double[] widened(float[] vector) {
    double[] doubles = new double[vector.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = vector[i];
    }
    return doubles;
  }

  /**
   * Checks that this is an expert of a base.
   *
   * @throws CheckpointException if the base is another one, or lacks one of the matrices
   */
  public void requireBase(Checkpoint base) throws CheckpointException {
    for (String tensor : z.sequencedKeySet()) {
      if (!base.tensors().containsKey(tensor)) {
        throw new CheckpointException(
            base.folder(), "tensor " + tensor, "none", "a matrix for the vector of the SVF expert");
      }
      TensorSpec spec = base.tensor(tensor).spec();
      int found = Objects.requireNonNull(z.get(tensor)).length;
      if (spec.shape().size() != 2 || found != length(spec)) {
        throw new CheckpointException(
            base.folder(),
            "tensor " + tensor,
            "shape " + spec.shape(),
            "a matrix whose shorter side is %d, the length of z".formatted(found));
      }
    }
    if (!base.digest().equals(baseDigest)) {
      throw new CheckpointException(
          base.folder(), "digest", base.digest(), baseDigest + ", the base of the SVF expert");
    }
  }

  /** Elements of a matrix's vector: its shorter side. */
  static int length(TensorSpec spec) {
    return Math.toIntExact(Math.min(spec.rows(), spec.columns()));
  }
}
