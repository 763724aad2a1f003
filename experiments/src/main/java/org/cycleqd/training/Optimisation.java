package org.cycleqd.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import org.cycleqd.experiment.OptimiserConfig;
import org.cycleqd.lm.LlamaRuntime;

/**
 * AdamW (Loshchilov and Hutter, arXiv 1711.05101) on one flat float32 vector that holds all weights
 * in the order of the config's tensors. The loss of a batch is the mean cross entropy of the answer
 * tokens plus a fraction of that of the prompt tokens.
 */
final class Optimisation implements AutoCloseable {

  private final LlamaRuntime runtime;
  private final OptimiserConfig settings;
  private final NDManager manager;
  private final NDArray weights;
  private final NDArray first;
  private final NDArray second;

  Optimisation(LlamaRuntime runtime, OptimiserConfig settings, float[] start) {
    this.runtime = runtime;
    this.settings = settings;
    this.manager = NDManager.newBaseManager("PyTorch");
    this.weights = manager.create(start);
    this.first = manager.zeros(new Shape(start.length));
    this.second = manager.zeros(new Shape(start.length));
    weights.setRequiresGradient(true);
  }

  /**
   * One step.
   *
   * @param number from 1
   * @return the batch's loss
   */
  float step(int number, List<Sequence> batch) {
    int width = batch.stream().mapToInt(sequence -> sequence.ids().length).max().orElseThrow();
    long[] ids = new long[batch.size() * width];
    float[] shares = shares(batch, width, ids);
    Shape shape = new Shape(batch.size(), width);
    try (NDManager step = manager.newSubManager();
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray loss =
          runtime
              .program()
              .record(
                  "loss",
                  List.of(
                      weights,
                      step.create(ids, shape),
                      step.create(shares, shape),
                      runtime.cosines(),
                      runtime.sines()));
      loss.attach(step);
      collector.backward(loss);
      NDArray gradient = weights.getGradient();
      gradient.attach(step);
      runtime
          .program()
          .call(
              step,
              "adamw",
              weights,
              gradient,
              first,
              second,
              number,
              rate(number),
              settings.beta1(),
              settings.beta2(),
              settings.weightDecay(),
              settings.clip());
      return loss.getFloat();
    }
  }

  /** Fills the padded ids and gives each token's share in the loss; the first has none. */
  private float[] shares(List<Sequence> batch, int width, long[] ids) {
    int answers = 0;
    int prompts = 0;
    for (Sequence sequence : batch) {
      answers += sequence.ids().length - sequence.prompt();
      prompts += sequence.prompt() - 1;
    }
    float[] shares = new float[ids.length];
    for (int row = 0; row < batch.size(); row++) {
      Sequence sequence = batch.get(row);
      for (int t = 0; t < sequence.ids().length; t++) {
        ids[row * width + t] = sequence.ids()[t];
        boolean answer = t >= sequence.prompt();
        double share = answer ? 1.0 / answers : settings.promptLoss() / Math.max(1, prompts);
        shares[row * width + t] = t == 0 ? 0 : (float) share;
      }
    }
    return shares;
  }

  /** Linear warm-up, then constant or cosine down to the final fraction. */
  private double rate(int number) {
    double peak = settings.learningRate();
    if (number <= settings.warmup()) {
      return peak * number / settings.warmup();
    }
    return switch (settings.schedule()) {
      case CONSTANT -> peak;
      case COSINE -> {
        double done =
            (double) (number - settings.warmup())
                / Math.max(1, settings.steps() - settings.warmup());
        double floor = settings.finalFraction();
        yield peak * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * done)));
      }
    };
  }

  /** The weights as they are now. */
  float[] weights() {
    return weights.toFloatArray();
  }

  @Override
  public void close() {
    manager.close();
  }
}
