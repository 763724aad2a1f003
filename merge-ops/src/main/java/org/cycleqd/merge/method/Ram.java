package org.cycleqd.merge.method;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/**
 * Adds the changes that only one model made, and the mean of those that several made; changes of at
 * most {@code epsilon} do not count.
 *
 * <p>{@code ramplus_tl} strengthens a model's own changes by {@code 1 + r min(shared / own,
 * alpha)}, with the numbers of elements that the model shares with others and has for itself.
 */
final class Ram implements MergeMethod {

  private final MergeKernel kernel;
  private final boolean plus;

  Ram(MergeKernel kernel, boolean plus) {
    this.kernel = kernel;
    this.plus = plus;
  }

  @Override
  public Signature signature() {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(Parameter.number("epsilon", 1e-5).within(0, Double.POSITIVE_INFINITY));
    if (plus) {
      parameters.add(Parameter.number("r", 0.1));
      parameters.add(Parameter.number("alpha", 0.2).within(0, Double.POSITIVE_INFINITY));
    }
    return new Signature(
        plus ? "ramplus_tl" : "ram", Base.REQUIRED, 1, Integer.MAX_VALUE, List.of(), parameters);
  }

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) throws IOException {
    float epsilon = (float) task.parameters().number("epsilon");
    float[] strength = new float[task.sources().size()];
    Arrays.fill(strength, 1f);
    if (plus) {
      double[] counts = counts(task, tiles, epsilon);
      double r = task.parameters().number("r");
      double alpha = task.parameters().number("alpha");
      for (int k = 0; k < strength.length; k++) {
        double own = counts[2 * k];
        double shared = counts[2 * k + 1];
        double ratio = own == 0 ? (shared == 0 ? 0 : alpha) : Math.min(shared / own, alpha);
        strength[k] = (float) (1 + r * ratio);
      }
    }
    TileStep.Stateless step =
        tile -> {
          float[][] deltas = Combination.deltas(kernel, tile);
          for (int i = 0; i < tile.count(); i++) {
            float sum = 0;
            int changed = 0;
            int last = 0;
            for (int k = 0; k < deltas.length; k++) {
              if (Math.abs(deltas[k][i]) > epsilon) {
                sum += deltas[k][i];
                changed++;
                last = k;
              }
            }
            float change = changed == 1 ? strength[last] * sum : sum / Math.max(changed, 1);
            tile.out()[i] = tile.base()[i] + change;
          }
        };
    return step;
  }

  /** For each model how many elements it changed alone, and how many with others. */
  private double[] counts(TensorTask task, Tiles tiles, float epsilon) throws IOException {
    int models = task.sources().size();
    return tiles.sums(
        task,
        tile -> Combination.deltas(kernel, tile),
        2 * models,
        (tile, start, sums, offset) -> {
          float[][] deltas = tile.models();
          for (int i = start; i < start + tile.columns(); i++) {
            int changed = 0;
            for (float[] delta : deltas) {
              changed += Math.abs(delta[i]) > epsilon ? 1 : 0;
            }
            for (int k = 0; k < models && changed > 0; k++) {
              if (Math.abs(deltas[k][i]) > epsilon) {
                sums[offset + 2 * k + (changed == 1 ? 0 : 1)]++;
              }
            }
          }
        });
  }
}
