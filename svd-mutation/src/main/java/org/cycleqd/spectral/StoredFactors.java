package org.cycleqd.spectral;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.cycleqd.digest.Sha256;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/**
 * Components as tensors of a file, all float32, for the model's tensor {@code NAME}: {@code
 * NAME.facts} [4] holds the number of kept components, the norms of task vector and residual and
 * the error; {@code NAME.values} [r], {@code NAME.left} [m, r] and {@code NAME.right} [r, n] are
 * absent where r is 0.
 */
final class StoredFactors {

  private static final String FACTS = ".facts";
  private static final String VALUES = ".values";
  private static final String LEFT = ".left";
  private static final String RIGHT = ".right";
  private static final String DIGEST = "sha256 ";
  private static final int FACT_COUNT = 4;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private StoredFactors() {}

  /** The name of the metadata entry with the digest of a tensor's components. */
  static String digestKey(String tensor) {
    return DIGEST + tensor;
  }

  /** The components of a tensor as views of their memory. */
  static SequencedMap<String, TensorView> views(TensorSpec tensor, Factors factors) {
    SequencedMap<String, TensorView> views = new LinkedHashMap<>();
    float[] facts = {factors.kept(), factors.norm(), factors.residual(), factors.error()};
    add(views, tensor.name() + FACTS, heap(facts), FACT_COUNT);
    if (factors.stored() > 0) {
      long rank = factors.stored();
      add(views, tensor.name() + VALUES, heap(factors.values()), rank);
      add(views, tensor.name() + LEFT, factors.left(), tensor.rows(), rank);
      add(views, tensor.name() + RIGHT, factors.right(), rank, tensor.columns());
    }
    return views;
  }

  /** The digest of names, shapes and bytes of a tensor's components. */
  static String digest(Map<String, TensorView> all, String tensor) {
    Sha256 sha = new Sha256();
    for (String suffix : new String[] {FACTS, VALUES, LEFT, RIGHT}) {
      TensorView view = all.get(tensor + suffix);
      if (view != null) {
        sha.add(view.spec() + "\n").add(view.data());
      }
    }
    return sha.hex();
  }

  /** The tensors whose components are there. */
  static List<String> tensors(Map<String, TensorView> all) {
    return all.keySet().stream()
        .filter(name -> name.endsWith(FACTS))
        .map(name -> name.substring(0, name.length() - FACTS.length()))
        .toList();
  }

  /** The number of kept components of a tensor. */
  static long kept(Map<String, TensorView> all, String tensor) {
    return (long) view(all, tensor + FACTS, FACT_COUNT).element(0);
  }

  /** The error of a tensor's singular values in units of the largest one. */
  static double relativeError(Map<String, TensorView> all, String tensor) {
    double error = view(all, tensor + FACTS, FACT_COUNT).element(FACT_COUNT - 1);
    return error == 0 ? 0 : error / Objects.requireNonNull(all.get(tensor + VALUES)).element(0);
  }

  /**
   * The components of a tensor, whose vectors stay where they are.
   *
   * @throws IllegalArgumentException if they are not there in the shapes that they must have
   */
  static Factors read(Map<String, TensorView> all, TensorSpec tensor) {
    float[] facts = view(all, tensor.name() + FACTS, FACT_COUNT).toFloats();
    if (!all.containsKey(tensor.name() + VALUES)) {
      return new Factors(
          (int) facts[0],
          facts[1],
          facts[2],
          facts[3],
          new float[0],
          MemorySegment.NULL,
          MemorySegment.NULL);
    }
    float[] values = Objects.requireNonNull(all.get(tensor.name() + VALUES)).toFloats();
    return new Factors(
        (int) facts[0],
        facts[1],
        facts[2],
        facts[3],
        values,
        view(all, tensor.name() + LEFT, tensor.rows(), values.length).data(),
        view(all, tensor.name() + RIGHT, values.length, tensor.columns()).data());
  }

  private static TensorView view(Map<String, TensorView> all, String name, long... shape) {
    TensorView view = all.get(name);
    TensorSpec wanted = TensorSpec.of(name, DType.F32, shape);
    if (view == null || !view.spec().equals(wanted)) {
      throw new IllegalArgumentException(
          "tensor %s: found %s, expected F32 %s"
              .formatted(
                  name,
                  view == null ? "none" : view.spec().dtype() + " " + view.spec().shape(),
                  wanted.shape()));
    }
    return view;
  }

  private static void add(
      Map<String, TensorView> views, String name, MemorySegment data, long... shape) {
    views.put(name, new TensorView(TensorSpec.of(name, DType.F32, shape), data));
  }

  private static MemorySegment heap(float[] values) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[values.length * Float.BYTES]);
    for (int i = 0; i < values.length; i++) {
      bytes.set(FLOAT, (long) i * Float.BYTES, values[i]);
    }
    return bytes;
  }
}
