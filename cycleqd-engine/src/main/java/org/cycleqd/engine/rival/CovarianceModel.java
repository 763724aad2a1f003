package org.cycleqd.engine.rival;

import java.util.Arrays;
import java.util.List;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * The normal distribution of a (mu/mu_w, lambda)-CMA-ES (Hansen, <i>The CMA Evolution Strategy: A
 * Tutorial</i>, arXiv 1604.00772), with its default constants and positive weights alone. Samples
 * of an earlier distribution are taken as foreign ones (Hansen, <i>Injecting External Solutions
 * Into CMA-ES</i>, arXiv 1110.4181): their steps are shortened where they are too long.
 */
final class CovarianceModel {

  private static final double LEAST_EIGENVALUE = 1e-20;

  private final int dimension;
  private final int lambda;
  private final double[] weights;
  private final double effective;
  private final double cumulationSigma;
  private final double dampingSigma;
  private final double cumulation;
  private final double rankOne;
  private final double rankMu;
  private final double expectedNorm;
  private final double longestStep;

  private double[] mean;
  private double sigma;
  private final double[] pathSigma;
  private final double[] path;
  private double[][] covariance;
  private double[][] basis;
  private double[] scales;
  private int updates;

  /**
   * A spherical distribution.
   *
   * @param lambda samples of an update, at least 2
   */
  CovarianceModel(double[] mean, double sigma, int lambda) {
    this.dimension = mean.length;
    this.lambda = lambda;
    this.mean = mean.clone();
    this.sigma = sigma;
    this.pathSigma = new double[dimension];
    this.path = new double[dimension];
    this.covariance = MatrixUtils.createRealIdentityMatrix(dimension).getData();
    this.basis = MatrixUtils.createRealIdentityMatrix(dimension).getData();
    this.scales = new double[dimension];
    Arrays.fill(scales, 1);
    this.weights = weights(lambda);
    double squares = 0;
    for (double weight : weights) {
      squares += weight * weight;
    }
    double n = dimension;
    this.effective = 1 / squares;
    this.cumulationSigma = (effective + 2) / (n + effective + 5);
    this.dampingSigma =
        1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + cumulationSigma;
    this.cumulation = (4 + effective / n) / (n + 4 + 2 * effective / n);
    this.rankOne = 2 / ((n + 1.3) * (n + 1.3) + effective);
    this.rankMu =
        Math.min(
            1 - rankOne, 2 * (effective - 2 + 1 / effective) / ((n + 2) * (n + 2) + effective));
    this.expectedNorm = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
    this.longestStep = Math.sqrt(n) + 2 * n / (n + 2);
  }

  private static double[] weights(int lambda) {
    double[] weights = new double[lambda / 2];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = StrictMath.log((lambda + 1) / 2.0) - StrictMath.log(i + 1.0);
      sum += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  int lambda() {
    return lambda;
  }

  double sigma() {
    return sigma;
  }

  double[] mean() {
    return mean.clone();
  }

  /** The sample that standard normal numbers stand for. */
  double[] sample(double[] normal) {
    double[] sample = mean.clone();
    for (int i = 0; i < dimension; i++) {
      for (int j = 0; j < dimension; j++) {
        sample[i] += sigma * basis[i][j] * scales[j] * normal[j];
      }
    }
    return sample;
  }

  /**
   * Learns from {@code lambda} samples.
   *
   * @param samples the best first
   */
  void update(List<double[]> samples) {
    double[][] steps = new double[weights.length][];
    double[] step = new double[dimension];
    for (int k = 0; k < weights.length; k++) {
      steps[k] = step(samples.get(k));
      for (int i = 0; i < dimension; i++) {
        step[i] += weights[k] * steps[k][i];
      }
    }
    double[] whitened = whitened(step);
    double keep = 1 - cumulationSigma;
    double learn = Math.sqrt(cumulationSigma * (2 - cumulationSigma) * effective);
    updates++;
    for (int i = 0; i < dimension; i++) {
      mean[i] += sigma * step[i];
      pathSigma[i] = keep * pathSigma[i] + learn * whitened[i];
    }
    double norm = norm(pathSigma);
    double unbiased = Math.sqrt(1 - StrictMath.pow(keep, 2.0 * updates));
    boolean steady = norm / unbiased < (1.4 + 2.0 / (dimension + 1)) * expectedNorm;
    double learnPath = steady ? Math.sqrt(cumulation * (2 - cumulation) * effective) : 0;
    for (int i = 0; i < dimension; i++) {
      path[i] = (1 - cumulation) * path[i] + learnPath * step[i];
    }
    double missing = steady ? 0 : rankOne * cumulation * (2 - cumulation);
    for (int i = 0; i < dimension; i++) {
      for (int j = 0; j <= i; j++) {
        double value =
            (1 - rankOne - rankMu + missing) * covariance[i][j] + rankOne * path[i] * path[j];
        for (int k = 0; k < weights.length; k++) {
          value += rankMu * weights[k] * steps[k][i] * steps[k][j];
        }
        covariance[i][j] = value;
        covariance[j][i] = value;
      }
    }
    sigma *=
        StrictMath.exp(Math.min(1, cumulationSigma / dampingSigma * (norm / expectedNorm - 1)));
    decompose();
  }

  /** A sample's step from the mean, by sigma, shortened where it is too long. */
  private double[] step(double[] sample) {
    double[] step = new double[dimension];
    for (int i = 0; i < dimension; i++) {
      step[i] = (sample[i] - mean[i]) / sigma;
    }
    double length = norm(whitened(step));
    if (length > longestStep) {
      for (int i = 0; i < dimension; i++) {
        step[i] *= longestStep / length;
      }
    }
    return step;
  }

  /** {@code C^(-1/2) step}. */
  private double[] whitened(double[] step) {
    double[] rotated = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      for (int i = 0; i < dimension; i++) {
        rotated[j] += basis[i][j] * step[i];
      }
      rotated[j] /= scales[j];
    }
    double[] whitened = new double[dimension];
    for (int i = 0; i < dimension; i++) {
      for (int j = 0; j < dimension; j++) {
        whitened[i] += basis[i][j] * rotated[j];
      }
    }
    return whitened;
  }

  private void decompose() {
    EigenDecompositionSymmetric eigen =
        new EigenDecompositionSymmetric(MatrixUtils.createRealMatrix(covariance));
    RealMatrix vectors = eigen.getV();
    basis = vectors.getData();
    double[] values = eigen.getEigenvalues();
    for (int i = 0; i < dimension; i++) {
      scales[i] = Math.sqrt(Math.max(LEAST_EIGENVALUE, values[i]));
    }
  }

  private static double norm(double[] vector) {
    double sum = 0;
    for (double value : vector) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
