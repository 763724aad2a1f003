package org.cycleqd.merge.method;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.merge.kernel.Election;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/**
 * Task arithmetic and what was built on it: sparsify the task vectors, rescale what is left,
 * reconcile the signs, add up: {@code theta_0 + lambda sum w_i delta_i}.
 *
 * <p>{@code rescale} says what makes up for dropped elements: {@code l1} keeps the sum of
 * magnitudes of each task vector, as mergekit's {@code true}; {@code inv_density} divides by the
 * density, as the DARE paper and PEFT; {@code none}. A density of 1 neither drops nor makesUp.
 *
 * <p>{@code rule} is how signs are elected: {@code weighted} by the sum of {@code w_i delta_i},
 * divided by the agreeing weights if {@code normalize}, as mergekit; {@code peft} by the sum of
 * {@code delta_i}, divided by the number that agree, as PEFT.
 */
final class SparseConsensus implements MergeMethod {

  private static final double CANCELLED = 1e-8;
  private static final String PEFT = "peft";
  private static final String L1 = "l1";
  private static final String INVERSE_DENSITY = "inv_density";

  private final MergeKernel kernel;
  private final String name;
  private final Optional<Sparsifier> sparsifier;
  private final boolean elects;
  private final boolean sumsToOne;
  private final String makesUp;

  /**
   * Makes a method.
   *
   * @param elects whether signs are reconciled
   * @param sumsToOne default of {@code normalize}
   * @param makesUp default of {@code rescale}
   */
  SparseConsensus(
      MergeKernel kernel,
      String name,
      Optional<Sparsifier> sparsifier,
      boolean elects,
      boolean sumsToOne,
      String makesUp) {
    this.kernel = kernel;
    this.name = name;
    this.sparsifier = sparsifier;
    this.elects = elects;
    this.sumsToOne = sumsToOne;
    this.makesUp = makesUp;
  }

  @Override
  public Signature signature() {
    List<Parameter> perModel = new ArrayList<>();
    perModel.add(Parameter.number("weight"));
    List<Parameter> perTensor = new ArrayList<>();
    perTensor.add(Parameter.number("lambda", 1));
    perTensor.add(Parameter.flag("normalize", sumsToOne));
    if (sparsifier.isPresent()) {
      perModel.add(Parameter.number("density", 1).within(0, 1));
      perModel.addAll(sparsifier.get().parameters());
      perTensor.add(
          Parameter.choice(
              "rescale",
              makesUp,
              Map.of(
                  true,
                  L1,
                  false,
                  "none",
                  L1,
                  L1,
                  INVERSE_DENSITY,
                  INVERSE_DENSITY,
                  "none",
                  "none")));
      perTensor.add(Parameter.flag("int8_mask", false));
    }
    if (elects) {
      perTensor.add(
          Parameter.choice("rule", "weighted", Map.of("weighted", "weighted", PEFT, PEFT)));
    }
    return new Signature(name, Base.REQUIRED, 1, Integer.MAX_VALUE, perModel, perTensor);
  }

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) throws IOException {
    float lambda = (float) task.parameters().number("lambda");
    if (sparsifier.isEmpty()) {
      return Combination.ofDeltas(kernel, scaled(sumWeights(task), lambda));
    }
    Sparsified sparsified = sparsifier.get().prepare(task, tiles);
    float[] factors = factors(task, tiles, sparsified);
    if (!elects) {
      float[] weights = Combination.floats(scaled(sumWeights(task), lambda));
      TileStep tiled =
          tiled(
              sparsified,
              factors,
              tile ->
                  kernel.sumOnto(tile.base(), tile.models(), weights, tile.out(), tile.count()));
      return sparsified.sum(product(weights, factors)).<TileStep>map(sum -> sum).orElse(tiled);
    }
    Election election = election(task, lambda);
    float[] weights = Combination.floats(task.numbers("weight"));
    TileStep tiled =
        tiled(
            sparsified,
            factors,
            tile ->
                kernel.elect(
                    tile.base(), tile.models(), weights, election, tile.out(), tile.count()));
    return sparsified
        .elect(tiled, factors, weights, election)
        .<TileStep>map(elect -> elect)
        .orElse(tiled);
  }

  @Override
  public long workingBytes(TensorTask task, int threads) {
    long sums = 2L * task.sources().size() * task.output().rows() * Double.BYTES;
    return sums + sparsifier.map(of -> of.workingBytes(task, threads)).orElse(0L);
  }

  private TileStep tiled(Sparsified sparsified, float[] factors, TileStep reconcile) {
    return new Sequence(
        sparsified.step(),
        tile -> {
          for (int k = 0; k < factors.length; k++) {
            if (factors[k] != 1) {
              kernel.scale(tile.models()[k], factors[k], tile.count());
            }
          }
          reconcile.apply(tile);
        });
  }

  private static float[] product(float[] weights, float[] factors) {
    float[] products = weights.clone();
    for (int k = 0; k < products.length; k++) {
      products[k] *= factors[k];
    }
    return products;
  }

  private static double[] scaled(double[] weights, float lambda) {
    return Arrays.stream(weights).map(weight -> weight * lambda).toArray();
  }

  /** The weights of a plain sum. */
  private static double[] sumWeights(TensorTask task) {
    double[] weights = task.numbers("weight");
    double sum = Arrays.stream(weights).sum();
    return task.parameters().flag("normalize") && Math.abs(sum) >= CANCELLED
        ? Arrays.stream(weights).map(weight -> weight / sum).toArray()
        : weights;
  }

  private static Election election(TensorTask task, float lambda) {
    boolean peft = task.parameters().text("rule").equals(PEFT);
    boolean normalize = task.parameters().flag("normalize");
    return new Election(
        peft ? Election.Vote.PLAIN : Election.Vote.WEIGHTED,
        peft ? Election.Divisor.COUNT : normalize ? Election.Divisor.WEIGHT : Election.Divisor.ONE,
        lambda);
  }

  private float[] factors(TensorTask task, Tiles tiles, Sparsified sparsified) throws IOException {
    double[] densities = task.numbers("density");
    float[] factors = new float[densities.length];
    Arrays.fill(factors, 1f);
    String rescale = task.parameters().text("rescale");
    if (rescale.equals(INVERSE_DENSITY)) {
      for (int k = 0; k < factors.length; k++) {
        factors[k] = densities[k] > 0 ? (float) (1 / densities[k]) : 1f;
      }
    } else if (rescale.equals(L1) && Arrays.stream(densities).anyMatch(density -> density < 1)) {
      double[] sums = magnitudes(task, tiles, sparsified);
      for (int k = 0; k < factors.length; k++) {
        double after = sums[2 * k + 1];
        if (densities[k] < 1 && after > 0) {
          factors[k] = (float) (sums[2 * k] / after);
        }
      }
    }
    return factors;
  }

  /** For each model the sums of magnitudes before and after. */
  private double[] magnitudes(TensorTask task, Tiles tiles, Sparsified sparsified)
      throws IOException {
    Optional<double[]> inOnePass = sparsified.magnitudes(task, tiles);
    if (inOnePass.isPresent()) {
      return inOnePass.get();
    }
    int models = task.sources().size();
    double[] before =
        tiles.sums(
            task,
            tile -> Combination.deltas(kernel, tile),
            models,
            (tile, start, sums, offset) -> magnitudes(tile, start, sums, offset));
    double[] after =
        tiles.sums(
            task,
            sparsified.step(),
            models,
            (tile, start, sums, offset) -> magnitudes(tile, start, sums, offset));
    double[] both = new double[2 * models];
    for (int k = 0; k < models; k++) {
      both[2 * k] = before[k];
      both[2 * k + 1] = after[k];
    }
    return both;
  }

  private void magnitudes(Tile tile, int start, double[] sums, int offset) {
    for (int k = 0; k < tile.models().length; k++) {
      sums[offset + k] = kernel.sumOfMagnitudes(tile.models()[k], start, tile.columns());
    }
  }
}
