package org.cycleqd.spectral;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.spectral.kernel.BlendKernel;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/**
 * One tensor of an individual: {@code base + sum_k weights[k] (models[k] - base) + sum of products
 * + core}. What has weight zero is not part of it.
 *
 * @param base the base's elements
 * @param models the experts whose task vectors enter as a whole
 * @param weights one for each
 * @param products what enters as a product of singular vectors
 * @param core the genome's core, over pairs of the products' vectors or as it is
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
record Blend(
    TensorView base, List<TensorRows> models, float[] weights, List<Product> products, Core core) {

  /** Elements of a tile where elements are only added. */
  private static final int SUM_TILE = 1 << 16;

  /** Elements of a tile that thin products fill; most of it stays in the cache. */
  private static final int THIN_TILE = 1 << 18;

  /** Elements of a tile that other products fill; libtorch rearranges a factor for each tile. */
  private static final int TILE = 1 << 20;

  /** The largest inner extent of a thin product. */
  private static final int THIN = 256;

  /**
   * Singular vectors and what they are multiplied by.
   *
   * @param factors the vectors, [m, r] and [r, n]
   * @param amounts [r]
   */
  @SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
  record Product(Factors factors, float[] amounts) {}

  /** What a genome makes of the experts' changes; both in the order of the experts. */
  static Blend of(TensorView base, List<Change> changes, List<TensorCoefficients> sets, Core core) {
    List<TensorRows> models = new ArrayList<>();
    List<Float> weights = new ArrayList<>();
    List<Product> products = new ArrayList<>();
    for (int e = 0; e < changes.size(); e++) {
      Change change = changes.get(e);
      float weight = change.weight(sets.get(e));
      if (change.weights().isPresent() && weight != 0) {
        models.add(change.weights().get());
        weights.add(weight);
      }
      float[] amounts = change.amounts(sets.get(e));
      boolean spans = core.form() == Core.Form.SPANNED && amounts.length > 0;
      if (spans || !isZero(amounts)) {
        products.add(new Product(change.factors(), amounts));
      }
    }
    float[] plain = new float[weights.size()];
    for (int k = 0; k < plain.length; k++) {
      plain[k] = weights.get(k);
    }
    return new Blend(base, models, plain, products, core);
  }

  private static boolean isZero(float[] values) {
    for (float value : values) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  TensorSpec spec() {
    return base.spec();
  }

  /** Whether the tensor is the base's, bit for bit. */
  boolean isBase() {
    return models.isEmpty() && !isMultiplied();
  }

  /** Whether there is more than base and models. */
  boolean isMultiplied() {
    return !products.isEmpty() || core.form() != Core.Form.NONE;
  }

  /** Whether base and models are bfloat16 in memory. */
  boolean isBrain() {
    return isBrain(base) && models.stream().allMatch(Blend::isBrain);
  }

  /** Rows of base and models, all bfloat16. */
  BlendKernel.Tensors tensors(long row, int count) {
    long bytes = spec().columns() * Short.BYTES;
    return new BlendKernel.Tensors(
        base.data().asSlice(row * bytes, count * bytes),
        models.stream()
            .map(model -> ((TensorView) model).data().asSlice(row * bytes, count * bytes))
            .toArray(MemorySegment[]::new),
        weights);
  }

  private static boolean isBrain(TensorRows rows) {
    return rows instanceof TensorView view && view.spec().dtype() == DType.BF16;
  }

  /** Sum of the products' inner extents. */
  int rank() {
    return products.stream().mapToInt(product -> product.factors().stored()).sum();
  }

  /** Whether the products are cheaper as a single one, or are one. */
  boolean isThin() {
    return rank() <= THIN || core.form() == Core.Form.SPANNED;
  }

  /**
   * Rows of a tile. They do not depend on who composes, so that sums have the same order wherever
   * the tensor goes.
   */
  int tileRows() {
    int elements = !isMultiplied() ? SUM_TILE : isThin() ? THIN_TILE : TILE;
    return tileRows(spec(), elements);
  }

  /** The most elements of a tile of a tensor, whatever is composed. */
  static long mostElements(TensorSpec spec) {
    return spec.columns() * tileRows(spec, TILE);
  }

  private static int tileRows(TensorSpec spec, int elements) {
    return (int) Math.clamp(elements / Math.max(1, spec.columns()), 1, Math.max(1, spec.rows()));
  }
}
