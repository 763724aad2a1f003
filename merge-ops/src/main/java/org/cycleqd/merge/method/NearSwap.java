package org.cycleqd.merge.method;

import java.util.List;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/**
 * Takes the model where it is near to the base: {@code w theta_1 + (1 - w) theta_0} with {@code w =
 * min(t / |theta_0 - theta_1|, 1)}.
 */
final class NearSwap implements MergeMethod {

  private static final float SMALLEST = 1e-6f;

  @Override
  public Signature signature() {
    return new Signature(
        "nearswap",
        Base.REQUIRED,
        1,
        1,
        List.of(),
        List.of(Parameter.number("t").within(0, Double.POSITIVE_INFINITY)));
  }

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) {
    float t = (float) task.parameters().number("t");
    TileStep.Stateless step =
        tile -> {
          float[] base = tile.base();
          float[] model = tile.models()[0];
          float[] out = tile.out();
          for (int i = 0; i < tile.count(); i++) {
            float distance = Math.max(Math.abs(base[i] - model[i]), SMALLEST);
            float share = Math.min(t / distance, 1f);
            out[i] = share * model[i] + (1 - share) * base[i];
          }
        };
    return step;
  }
}
