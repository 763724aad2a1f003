package org.cycleqd.spectral.analysis;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * How alike K experts are in a part of the model.
 *
 * @param part the part's name
 * @param taskVectors [K][K] cosines of the task vectors in this part; 0 with one that is zero
 * @param spectra [K][K] cosines of the singular-value vectors, averaged over the part's matrices in
 *     which both experts differ from the base, 0 if there is none: the check before merging of
 *     CycleQD (arXiv 2410.14735, section 4.2)
 * @param norms [K] Frobenius norms of the task vectors in this part
 */
@SuppressWarnings("ArrayRecordComponent") // small tables for display, never compared
public record ExpertCosines(
    String part, double[][] taskVectors, double[][] spectra, double[] norms) {

  static ExpertCosines of(String part, List<TensorAnalysis> tensors) {
    int experts = tensors.getFirst().products().length;
    INDArray products = Nd4j.zeros(DataType.DOUBLE, experts, experts);
    INDArray spectra = Nd4j.zeros(DataType.DOUBLE, experts, experts);
    INDArray matrices = Nd4j.zeros(DataType.DOUBLE, experts, experts);
    for (TensorAnalysis tensor : tensors) {
      products.addi(Nd4j.create(tensor.products()));
      if (tensor.spectral()) {
        List<INDArray> rows = new ArrayList<>();
        for (double[] squares : tensor.spectra()) {
          rows.add(Transforms.sqrt(Nd4j.create(squares), true).reshape(1, -1));
        }
        INDArray values = Nd4j.vstack(rows);
        INDArray gram = values.mmul(values.transpose());
        INDArray present = Nd4j.diag(gram).gt(0).castTo(DataType.DOUBLE);
        spectra.addi(cosines(gram));
        matrices.addi(present.reshape(-1, 1).mmul(present.reshape(1, -1)));
      }
    }
    return new ExpertCosines(
        part,
        cosines(products).toDoubleMatrix(),
        spectra.divi(Transforms.max(matrices, 1, true)).toDoubleMatrix(),
        Transforms.sqrt(Nd4j.diag(products), true).toDoubleVector());
  }

  /** Inner products to cosines; a zero vector has cosine 0 with everything. */
  private static INDArray cosines(INDArray products) {
    INDArray norms = Transforms.sqrt(Nd4j.diag(products), true);
    // No norm of float32 numbers lies between zero and the smallest of them.
    INDArray scale = Transforms.max(norms, Float.MIN_VALUE, true);
    return products.div(scale.reshape(-1, 1).mmul(scale.reshape(1, -1)));
  }
}
