package org.cycleqd.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.experiment.OptimiserConfig;
import org.cycleqd.experiment.Schedule;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OptimisationTest {

  private static final LlamaConfig TINY =
      new LlamaConfig(
          11,
          8,
          12,
          1,
          new AttentionConfig(2, 1, 4, false),
          false,
          1e-5,
          RotaryEmbedding.of(10_000),
          32,
          false,
          DType.F32,
          SpecialTokens.of(1, 2));

  private static final double PROMPT_LOSS = 0.3;

  private final LlamaRuntime runtime = new LlamaRuntime(TINY, 16);
  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @AfterEach
  void close() {
    manager.close();
    runtime.close();
  }

  /** The batch's loss and gradient in double precision, by the program. */
  @SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
  private record Slope(double loss, double[] gradient) {}

  @Test
  void theLossIsThatOfTheLogits() {
    List<Sequence> batch = batch(5, 0);
    float[] start = start();
    double expected = plainLoss(start, batch);
    assertThat(slope(widen(start), batch).loss()).isCloseTo(expected, within(1e-5));
    try (Optimisation optimisation = new Optimisation(runtime, settings(4, 0.01), start)) {
      assertThat((double) optimisation.step(1, batch)).isCloseTo(expected, within(1e-5));
    }
  }

  @Test
  void theGradientIsTheSlopeOfTheLoss() {
    List<Sequence> batch = batch(3, 1);
    double[] weights = widen(start());
    double[] gradient = slope(weights, batch).gradient();
    assertThat(Arrays.stream(gradient).filter(g -> g != 0).count())
        .isGreaterThan(weights.length / 2);
    for (int i = 0; i < weights.length; i += 3) {
      double width = 1e-5;
      double[] moved = weights.clone();
      moved[i] = weights[i] + width;
      double above = slope(moved, batch).loss();
      moved[i] = weights[i] - width;
      double below = slope(moved, batch).loss();
      assertThat(gradient[i]).isCloseTo((above - below) / (2 * width), within(1e-7));
    }
  }

  /** Warm-up, the peak, two steps of the cosine; the gradient is longer than the clip allows. */
  @Test
  void stepsAreThoseOfAdamW() {
    OptimiserConfig settings =
        new OptimiserConfig(6, 3, 0.01, Schedule.COSINE, 2, 0.1, 0.9, 0.95, 0.1, 0.5, PROMPT_LOSS);
    double[] rates = {
      0.005, 0.01, 0.01 * (0.1 + 0.9 * 0.5 * (1 + Math.sqrt(0.5))), 0.01 * (0.1 + 0.9 * 0.5)
    };
    double[] weights = widen(start());
    double[] first = new double[weights.length];
    double[] second = new double[weights.length];
    try (Optimisation optimisation = new Optimisation(runtime, settings, start())) {
      for (int step = 1; step <= rates.length; step++) {
        List<Sequence> batch = batch(3, step);
        double[] gradient = slope(weights, batch).gradient();
        double norm = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
        assertThat(norm).isGreaterThan(0.5);
        for (int i = 0; i < weights.length; i++) {
          double clipped = gradient[i] * 0.5 / (norm + 1e-6);
          first[i] = 0.9 * first[i] + 0.1 * clipped;
          second[i] = 0.95 * second[i] + 0.05 * clipped * clipped;
          double mean = first[i] / (1 - Math.pow(0.9, step));
          double square = second[i] / (1 - Math.pow(0.95, step));
          double rate = rates[step - 1];
          weights[i] -= rate * 0.1 * weights[i] + rate * mean / (Math.sqrt(square) + 1e-8);
        }
        optimisation.step(step, batch);
        float[] found = optimisation.weights();
        for (int i = 0; i < weights.length; i++) {
          // A gradient near zero is noise in float32, and its step anything up to the rate.
          double noise = gradient[i] != 0 && Math.abs(gradient[i]) < 1e-5 ? 0.02 : 2e-5;
          assertThat((double) found[i]).isCloseTo(weights[i], within(noise));
        }
      }
    }
  }

  @Test
  void aShortGradientIsNotStretched() {
    float[] start = start();
    List<Sequence> batch = batch(3, 0);
    OptimiserConfig loose =
        new OptimiserConfig(1, 3, 0.01, Schedule.CONSTANT, 0, 0.1, 0.0, 0.0, 0.0, 1e6, PROMPT_LOSS);
    try (Optimisation optimisation = new Optimisation(runtime, loose, start)) {
      optimisation.step(1, batch);
      // Without memory every weight moves by the rate, against the sign of its gradient.
      double[] gradient = slope(widen(start), batch).gradient();
      float[] found = optimisation.weights();
      for (int i = 0; i < start.length; i++) {
        double share = gradient[i] / (Math.abs(gradient[i]) + 1e-8);
        if (Math.abs(gradient[i]) > 1e-5) {
          assertThat((double) found[i]).isCloseTo(start[i] - 0.01 * share, within(1e-5));
        }
      }
    }
  }

  @Test
  void aFewTextsAreLearnedByHeart() {
    List<Sequence> texts = batch(8, 3);
    try (Optimisation optimisation = new Optimisation(runtime, settings(150, 0.02), start())) {
      float first = optimisation.step(1, texts);
      float last = first;
      for (int step = 2; step <= 150; step++) {
        last = optimisation.step(step, texts);
      }
      assertThat(last).isBetween(0f, first / 3);
    }
  }

  @Test
  void theSameStepsGiveTheSameWeights() {
    assertThat(trained(10)).containsExactly(trained(10));
  }

  private float[] trained(int steps) {
    List<Sequence> texts = new ArrayList<>(batch(8, 5));
    texts.addAll(batch(8, 6));
    Batches batches = new Batches(texts, 4, Draws.at(9));
    try (Optimisation optimisation = new Optimisation(runtime, settings(steps, 0.01), start())) {
      for (int step = 1; step <= steps; step++) {
        optimisation.step(step, batches.next());
      }
      return optimisation.weights();
    }
  }

  private static OptimiserConfig settings(int steps, double rate) {
    return new OptimiserConfig(
        steps, 3, rate, Schedule.COSINE, 0, 0.1, 0.9, 0.95, 0.0, 1.0, PROMPT_LOSS);
  }

  private static float[] start() {
    FlatWeights weights = new FlatWeights(TINY.tensors());
    for (TensorSpec spec : TINY.tensors()) {
      float[] values = new float[(int) spec.elements()];
      Draws draws = Draws.at(2, spec.name());
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) ((spec.shape().size() == 1 ? 1 : 0) + 0.4 * draws.gaussian(i));
      }
      weights.put(spec.name(), values);
    }
    return weights.values();
  }

  /** Random texts of 4 to 9 tokens, 2 or 3 of them the prompt. */
  private static List<Sequence> batch(int count, long seed) {
    List<Sequence> batch = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      Draws draws = Draws.at(4, seed, number);
      int[] ids = new int[4 + draws.below(100, 6)];
      Arrays.setAll(ids, i -> draws.below(i, TINY.vocabularySize()));
      batch.add(new Sequence(ids, 2 + draws.below(101, 2)));
    }
    return batch;
  }

  private static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }

  /** The mean over answer tokens plus the weighted mean over prompt tokens but the first. */
  private double plainLoss(float[] weights, List<Sequence> batch) {
    double answers = 0;
    double prompts = 0;
    int answerTokens = 0;
    int promptTokens = 0;
    FlatWeights flat = new FlatWeights(TINY.tensors());
    flat.set(weights);
    try (LiveModel model = new LiveModel(runtime)) {
      model.weights().forEach(weight -> weight.set(flat.get(weight.getName())));
      for (Sequence sequence : batch) {
        float[][] logits = model.logits(sequence.ids());
        for (int t = 1; t < sequence.ids().length; t++) {
          double sum = 0;
          for (float logit : logits[t - 1]) {
            sum += Math.exp(logit - logits[t - 1][sequence.ids()[t]]);
          }
          if (t < sequence.prompt()) {
            prompts += Math.log(sum);
            promptTokens++;
          } else {
            answers += Math.log(sum);
            answerTokens++;
          }
        }
      }
    }
    return answers / answerTokens + PROMPT_LOSS * prompts / promptTokens;
  }

  private Slope slope(double[] weights, List<Sequence> batch) {
    int width = batch.stream().mapToInt(sequence -> sequence.ids().length).max().orElseThrow();
    int answers = batch.stream().mapToInt(s -> s.ids().length - s.prompt()).sum();
    int prompts = batch.stream().mapToInt(s -> s.prompt() - 1).sum();
    long[] ids = new long[batch.size() * width];
    double[] shares = new double[ids.length];
    for (int row = 0; row < batch.size(); row++) {
      Sequence sequence = batch.get(row);
      for (int t = 0; t < sequence.ids().length; t++) {
        ids[row * width + t] = sequence.ids()[t];
        if (t > 0) {
          shares[row * width + t] = t < sequence.prompt() ? PROMPT_LOSS / prompts : 1.0 / answers;
        }
      }
    }
    Shape shape = new Shape(batch.size(), width);
    try (NDManager step = manager.newSubManager()) {
      NDArray flat = step.create(weights);
      flat.setRequiresGradient(true);
      NDArray cosines = runtime.cosines().toType(DataType.FLOAT64, true);
      cosines.attach(step);
      NDArray sines = runtime.sines().toType(DataType.FLOAT64, true);
      sines.attach(step);
      List<NDArray> arguments =
          List.of(flat, step.create(ids, shape), step.create(shares, shape), cosines, sines);
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray loss = runtime.program().record("loss", arguments);
        collector.backward(loss);
        return new Slope(loss.getDouble(), flat.getGradient().toDoubleArray());
      }
    }
  }
}
