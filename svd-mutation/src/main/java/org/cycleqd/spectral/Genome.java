package org.cycleqd.spectral;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * An individual: one coefficient set for every (expert, tensor). The model it stands for is
 *
 * <pre>theta = theta_base + sum_e U_e diag(c_e * s_e) V_e^T</pre>
 *
 * for tensors with a singular basis and {@code theta_base + sum_e c_e * tau_e} for the others
 * (CycleQD, arXiv 2410.14735, section 3; the base cancels out of crossover weights that sum to
 * one).
 *
 * @param layout the coordinates
 * @param coefficients indexed by expert, then by tensor, both in the layout's order
 */
public record Genome(GenomeLayout layout, List<List<TensorCoefficients>> coefficients) {

  /** Copies the coefficients and checks their number against the layout. */
  public Genome {
    coefficients = coefficients.stream().map(List::copyOf).toList();
    int tensors = layout.tensors().size();
    if (coefficients.size() != layout.experts().size()
        || coefficients.stream().anyMatch(row -> row.size() != tensors)) {
      throw new IllegalArgumentException(
          "a genome of this layout has %d x %d coefficient sets"
              .formatted(layout.experts().size(), tensors));
    }
    for (List<TensorCoefficients> row : coefficients) {
      for (int t = 0; t < tensors; t++) {
        int length = row.get(t).shift().length;
        if (length != 0 && length != layout.tensors().get(t).rank()) {
          throw new IllegalArgumentException(
              "tensor %s has %d components, the genome gives %d"
                  .formatted(
                      layout.tensors().get(t).name(), layout.tensors().get(t).rank(), length));
        }
      }
    }
  }

  /** The same coefficient for every tensor of an expert: {@code weights[e]}. */
  public static Genome uniform(GenomeLayout layout, double... weights) {
    if (weights.length != layout.experts().size()) {
      throw new IllegalArgumentException(
          "%d experts need as many weights, got %d"
              .formatted(layout.experts().size(), weights.length));
    }
    List<List<TensorCoefficients>> rows = new ArrayList<>();
    for (double weight : weights) {
      TensorCoefficients coefficients = TensorCoefficients.of(weight);
      rows.add(layout.tensors().stream().map(tensor -> coefficients).toList());
    }
    return new Genome(layout, rows);
  }

  /** The genome of the expert with this number: coefficient one for it, zero for the others. */
  public static Genome expert(GenomeLayout layout, int expert) {
    double[] weights = new double[layout.experts().size()];
    weights[expert] = 1.0;
    return uniform(layout, weights);
  }

  /**
   * {@code w(t) * this + (1 - w(t)) * other}, tensor by tensor.
   *
   * @param weight this genome's share in a tensor; may lie outside [0, 1]
   */
  public Genome mix(Genome other, ToDoubleFunction<TensorSite> weight) {
    List<List<TensorCoefficients>> rows = new ArrayList<>();
    for (int e = 0; e < coefficients.size(); e++) {
      List<TensorCoefficients> row = new ArrayList<>();
      for (int t = 0; t < layout.tensors().size(); t++) {
        double share = weight.applyAsDouble(layout.tensors().get(t));
        row.add(
            coefficients.get(e).get(t).combine(share, other.coefficients.get(e).get(t), 1 - share));
      }
      rows.add(row);
    }
    return new Genome(layout, rows);
  }

  /** {@code sum_i weights[i] * genomes[i]}, in the order given. */
  public static Genome sum(List<Genome> genomes, double... weights) {
    GenomeLayout layout = genomes.getFirst().layout();
    List<List<TensorCoefficients>> rows = new ArrayList<>();
    for (int e = 0; e < layout.experts().size(); e++) {
      List<TensorCoefficients> row = new ArrayList<>();
      for (int t = 0; t < layout.tensors().size(); t++) {
        TensorCoefficients total = TensorCoefficients.of(0);
        for (int g = 0; g < weights.length; g++) {
          total = total.combine(1.0, genomes.get(g).coefficients.get(e).get(t), weights[g]);
        }
        row.add(total);
      }
      rows.add(row);
    }
    return new Genome(layout, rows);
  }

  /** Whether all coefficients are finite. */
  public boolean finite() {
    return coefficients.stream().allMatch(row -> row.stream().allMatch(TensorCoefficients::finite));
  }

  /** SHA-256 over names, ranks and the bits of all coefficients, in hexadecimal. */
  public String digest() {
    MessageDigest sha = sha256();
    layout.experts().forEach(name -> sha.update((name + "\n").getBytes(UTF_8)));
    for (List<TensorCoefficients> row : coefficients) {
      for (int t = 0; t < row.size(); t++) {
        sha.update((layout.tensors().get(t).name() + "\n").getBytes(UTF_8));
        float[] shift = row.get(t).shift();
        ByteBuffer bytes =
            ByteBuffer.allocate(4 * (1 + shift.length)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(row.get(t).scale());
        for (float value : shift) {
          bytes.putFloat(value);
        }
        sha.update(bytes.flip());
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
