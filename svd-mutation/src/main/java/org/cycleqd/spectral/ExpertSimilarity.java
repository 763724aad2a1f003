package org.cycleqd.spectral;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * How alike the experts are.
 *
 * @param experts names, in the order of rows and columns
 * @param taskVectors [K][K] cosine of the experts' task vectors over the whole model
 * @param spectra [K][K] cosine of the singular-value vectors, averaged over the matrices in which
 *     both experts differ from the base, 0 if there is none: the check before merging of CycleQD
 *     (arXiv 2410.14735, section 4.2)
 * @param norms [K] Frobenius norm of each task vector
 */
@SuppressWarnings("ArrayRecordComponent") // small tables for display, never compared
public record ExpertSimilarity(
    List<String> experts, double[][] taskVectors, double[][] spectra, double[] norms) {

  /** Measures all pairs of experts of a basis. */
  public static ExpertSimilarity of(SingularBasis basis) {
    int experts = basis.layout().experts().size();
    INDArray products = Nd4j.zeros(DataType.DOUBLE, experts, experts);
    INDArray spectra = Nd4j.zeros(DataType.DOUBLE, experts, experts);
    INDArray matrices = Nd4j.zeros(DataType.DOUBLE, experts, experts);
    for (int t = 0; t < basis.layout().tensors().size(); t++) {
      int tensor = t;
      products.addi(gram(experts, e -> basis.taskVector(e, tensor)));
      if (basis.layout().tensors().get(t).rank() > 0) {
        INDArray values = gram(experts, e -> basis.singularValues(e, tensor));
        spectra.addi(cosines(values));
        matrices.addi(pairs(values));
      }
    }
    INDArray norms = Transforms.sqrt(Nd4j.diag(products), true);
    return new ExpertSimilarity(
        basis.layout().experts(),
        cosines(products).toDoubleMatrix(),
        spectra.divi(Transforms.max(matrices, 1, true)).toDoubleMatrix(),
        norms.toDoubleVector());
  }

  private static INDArray gram(int experts, IntFunction<float[]> vector) {
    INDArray rows =
        Nd4j.vstack(
            IntStream.range(0, experts)
                .mapToObj(e ->
                    Nd4j.createFromArray(vector.apply(e)).castTo(DataType.DOUBLE).reshape(1, -1))
                .toList());
    return rows.mmul(rows.transpose());
  }

  /** One for each pair of vectors that are both not zero, zero for the others. */
  private static INDArray pairs(INDArray products) {
    INDArray present = Nd4j.diag(products).gt(0).castTo(DataType.DOUBLE);
    return present.reshape(-1, 1).mmul(present.reshape(1, -1));
  }

  /** Inner products to cosines; a zero vector has cosine 0 with everything. */
  private static INDArray cosines(INDArray products) {
    INDArray norms = Transforms.sqrt(Nd4j.diag(products), true);
    // No norm of float32 numbers lies between zero and the smallest of them.
    INDArray scale = Transforms.max(norms, Float.MIN_VALUE, true);
    return products.div(scale.reshape(-1, 1).mmul(scale.reshape(1, -1)));
  }
}
