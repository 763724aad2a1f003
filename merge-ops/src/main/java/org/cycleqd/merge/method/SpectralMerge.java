package org.cycleqd.merge.method;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/**
 * Merges matrices by their singular vectors: {@code theta_0 + lambda Delta}, with Delta made of the
 * weighted task vectors {@code w_i delta_i} by a {@link SpectralRule}.
 *
 * <p>The papers average what is not a matrix. So do these methods, {@code theta_0 + lambda mean(w_i
 * delta_i)}, with vectors, and with the token embedding and the output head: their rows stand for
 * tokens, and a decomposition of 128,256 rows is not meant.
 *
 * <p>Singular values come from libtorch's {@code linalg_svd}, in float64 if the shorter side of the
 * matrix is at most 1024, in float32 beyond. A whole matrix is decomposed at a time, on the threads
 * that libtorch was started with; threads and tiles of the merge do not show in the result.
 */
final class SpectralMerge implements MergeMethod {

  private static final Set<String> BY_TOKEN = Set.of("model.embed_tokens.weight", "lm_head.weight");

  /** Elements that an array inside libtorch can be filled with. */
  private static final long MOST = Integer.MAX_VALUE / Float.BYTES;

  private final MergeKernel kernel;
  private final SpectralRule rule;

  SpectralMerge(MergeKernel kernel, SpectralRule rule) {
    this.kernel = kernel;
    this.rule = rule;
  }

  @Override
  public Signature signature() {
    List<Parameter> perTensor = new ArrayList<>();
    perTensor.add(Parameter.number("lambda", 1));
    perTensor.addAll(rule.parameters());
    return new Signature(
        rule.name(),
        Base.REQUIRED,
        1,
        Integer.MAX_VALUE,
        List.of(Parameter.number("weight", 1)),
        perTensor);
  }

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) throws IOException {
    if (!isDecomposed(task)) {
      return mean(task);
    }
    if (task.output().elements() > MOST) {
      throw new MergeException(
          "tensor %s: found %d elements in shape %s, expected at most %d for %s"
              .formatted(
                  task.output().name(),
                  task.output().elements(),
                  task.output().shape(),
                  MOST,
                  rule.name()));
    }
    float[] change;
    try (SpectralWork work = new SpectralWork(kernel, task)) {
      change = rule.change(work);
    } catch (SpectralWork.NotFiniteException _) {
      return mean(task); // not finite there either, which is refused where elements are named
    } catch (EngineException e) {
      throw new MergeException(
          "tensor %s: found no singular value decomposition: %s"
              .formatted(task.output().name(), e.getMessage()));
    }
    return tile -> {
      int first = (int) tile.firstElement();
      float[] base = tile.base();
      for (int i = 0; i < tile.count(); i++) {
        tile.out()[i] = base[i] + change[first + i];
      }
    };
  }

  private TileStep mean(TensorTask task) {
    double share = task.parameters().number("lambda") / task.sources().size();
    double[] weights = task.numbers("weight");
    return Combination.ofDeltas(
        kernel, Arrays.stream(weights).map(weight -> weight * share).toArray());
  }

  private static boolean isDecomposed(TensorTask task) {
    return task.output().shape().size() == 2
        && task.output().elements() > 0
        && !BY_TOKEN.contains(task.output().name());
  }

  @Override
  public long workingBytes(TensorTask task, int threads) {
    return isDecomposed(task) ? SpectralWork.bytes(task) : 0;
  }
}
