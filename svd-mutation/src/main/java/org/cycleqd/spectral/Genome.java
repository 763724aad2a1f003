package org.cycleqd.spectral;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.cycleqd.digest.Sha256;

/**
 * An individual: one coefficient set for every (expert, tensor). The model it stands for is
 *
 * <pre>theta = theta_base + sum_e U_e diag(c_e * s_e) V_e^T</pre>
 *
 * for tensors with a singular basis and {@code theta_base + sum_e c_e * tau_e} for the others
 * (CycleQD, arXiv 2410.14735, section 3; the base cancels out of crossover weights that sum to
 * one).
 *
 * <p>Mutations that take the child itself apart leave the span of these coefficients. What they add
 * is the core X: {@code theta += L X R}, where the columns of L [m, p] and the rows of R [p, n] are
 * the left and right singular vectors of all experts, or, where these are not fewer than rows and
 * columns, X [m, n] itself. It is as linear as the coefficients, so crossover stays what it is.
 *
 * @param layout the coordinates
 * @param coefficients indexed by expert, then by tensor, both in the layout's order
 * @param core X of each tensor, row by row, as coefficients without a common one; no list at all if
 *     there is nothing in any
 */
public record Genome(
    GenomeLayout layout,
    List<List<TensorCoefficients>> coefficients,
    List<TensorCoefficients> core) {

  private static final TensorCoefficients NOTHING = TensorCoefficients.of(0);

  /** A genome without a core. */
  public Genome(GenomeLayout layout, List<List<TensorCoefficients>> coefficients) {
    this(layout, coefficients, List.of());
  }

  /** Bytes of an int in digits with a line feed, at most. */
  private static final int LONGEST_LINE = 12;

  /** Copies the coefficients and checks their number against the layout. */
  public Genome {
    core = core.stream().noneMatch(TensorCoefficients::spectral) ? List.of() : List.copyOf(core);
    if (!core.isEmpty() && core.size() != layout.tensors().size()) {
      throw new IllegalArgumentException(
          "a core of this layout has %d tensors, found %d"
              .formatted(layout.tensors().size(), core.size()));
    }
    List<List<TensorCoefficients>> rows = new ArrayList<>(coefficients.size());
    boolean fits = coefficients.size() == layout.experts().size();
    int tensors = layout.tensors().size();
    for (List<TensorCoefficients> row : coefficients) {
      rows.add(List.copyOf(row));
      fits &= row.size() == tensors;
    }
    coefficients = List.copyOf(rows);
    if (!fits) {
      throw new IllegalArgumentException(
          "a genome of this layout has %d x %d coefficient sets, found rows of %s"
              .formatted(
                  layout.experts().size(),
                  tensors,
                  coefficients.stream().map(List::size).toList()));
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
    weights[Objects.checkIndex(expert, weights.length)] = 1.0;
    return uniform(layout, weights);
  }

  /**
   * {@code w(t) * this + (1 - w(t)) * other}, tensor by tensor.
   *
   * @param weight this genome's share in a tensor; may lie outside [0, 1]
   * @throws IllegalArgumentException if the other genome has another layout
   */
  public Genome mix(Genome other, ToDoubleFunction<TensorSite> weight) {
    requireLayout(layout, other);
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
    List<TensorCoefficients> mixed = new ArrayList<>();
    for (int t = 0; t < layout.tensors().size(); t++) {
      double share = weight.applyAsDouble(layout.tensors().get(t));
      mixed.add(coreOf(t).combine(share, other.coreOf(t), 1 - share));
    }
    return new Genome(layout, rows, mixed);
  }

  /** Whether a tensor has a core. */
  public boolean hasCore(int tensor) {
    return coreOf(tensor).spectral();
  }

  /** X of a tensor; without components if there is nothing. */
  TensorCoefficients coreOf(int tensor) {
    return core.isEmpty() ? NOTHING : core.get(tensor);
  }

  /** The same with other coefficients. */
  Genome with(List<List<TensorCoefficients>> rows) {
    return new Genome(layout, rows, core);
  }

  /** The same with another core. */
  Genome withCore(List<TensorCoefficients> other) {
    return new Genome(layout, coefficients, other);
  }

  /**
   * {@code sum_i weights[i] * genomes[i]}, in the order given.
   *
   * @throws IllegalArgumentException if there is no genome, not one weight for each, or one of
   *     another layout
   */
  public static Genome sum(List<Genome> genomes, double... weights) {
    if (genomes.isEmpty() || genomes.size() != weights.length) {
      throw new IllegalArgumentException(
          "a sum of %d genomes needs as many weights and at least one, got %d"
              .formatted(genomes.size(), weights.length));
    }
    GenomeLayout layout = genomes.getFirst().layout();
    genomes.forEach(genome -> requireLayout(layout, genome));
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
    List<TensorCoefficients> core = new ArrayList<>();
    for (int t = 0; t < layout.tensors().size(); t++) {
      TensorCoefficients total = NOTHING;
      for (int g = 0; g < weights.length; g++) {
        total = total.combine(1.0, genomes.get(g).coreOf(t), weights[g]);
      }
      core.add(total);
    }
    return new Genome(layout, rows, core);
  }

  private static void requireLayout(GenomeLayout layout, Genome genome) {
    if (!genome.layout.equals(layout)) {
      throw new IllegalArgumentException("genomes of different layouts cannot be combined");
    }
  }

  /** Whether all coefficients are finite. */
  public boolean finite() {
    return coefficients.stream().allMatch(row -> row.stream().allMatch(TensorCoefficients::finite))
        && core.stream().allMatch(TensorCoefficients::finite);
  }

  /**
   * SHA-256 over the names of experts and tensors, the ranks and the bits of all coefficients and
   * of the core if there is one, in hexadecimal.
   */
  public String digest() {
    StringBuilder names = new StringBuilder();
    line(names, layout.experts().size(), layout.tensors().size());
    layout.experts().forEach(name -> line(names, name));
    layout.tensors().forEach(tensor -> line(names, tensor.name(), tensor.rank()));
    Sha256 sha = new Sha256().add(names.toString());
    sha.add(bytes(coefficients.stream().flatMap(List::stream).toList()));
    if (!core.isEmpty()) {
      sha.add("core\n").add(bytes(core));
    }
    return sha.hex();
  }

  /** Each set with its length before it, which keeps the sets apart. */
  private static byte[] bytes(List<TensorCoefficients> sets) {
    int numbers = 0;
    for (TensorCoefficients set : sets) {
      numbers += 1 + set.shift().length;
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * numbers + LONGEST_LINE * sets.size())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (TensorCoefficients set : sets) {
      float[] shift = set.shift();
      bytes.put((shift.length + "\n").getBytes(UTF_8));
      bytes.putFloat(set.scale());
      for (float value : shift) {
        bytes.putFloat(value);
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static void line(StringBuilder lines, Object... parts) {
    for (Object part : parts) {
      lines.append(part).append('\n');
    }
  }
}
