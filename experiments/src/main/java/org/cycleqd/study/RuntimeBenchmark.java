package org.cycleqd.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.lm.Decoder;
import org.cycleqd.lm.Generation;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.Request;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;

/**
 * How fast a model reads and answers, against what the machine can do at most: a step of decoding
 * cannot be faster than reading all weights once, nor than its multiplications.
 */
public final class RuntimeBenchmark {

  private static final double NANOS = 1e9;

  private final LiveModel model;
  private final Ceilings ceilings;
  private final int repetitions;
  private final Consumer<String> progress;

  /**
   * Prepares a benchmark.
   *
   * @param repetitions of each measurement; medians count
   * @param progress told what is being measured
   */
  public RuntimeBenchmark(
      LiveModel model, Ceilings ceilings, int repetitions, Consumer<String> progress) {
    this.model = model;
    this.ceilings = ceilings;
    this.repetitions = repetitions;
    this.progress = progress;
  }

  /**
   * One batch size's figures.
   *
   * @param batch sequences at a time
   * @param seconds of one step of decoding, or of reading all prompts
   * @param tokensPerSecond of all sequences together
   * @param ceilingSeconds the least time that reading the weights and multiplying takes
   */
  public record Row(int batch, double seconds, double tokensPerSecond, double ceilingSeconds) {

    /** The time in units of the least. */
    public double ratio() {
      return seconds / ceilingSeconds;
    }
  }

  /** Weights that are neither all equal nor extreme; fast rather than elaborate. */
  public static TensorRows synthetic(TensorSpec spec) {
    return new SyntheticRows(spec);
  }

  private record SyntheticRows(TensorSpec spec) implements TensorRows {

    @Override
    public void read(long firstRow, int rows, float[] target) {
      Draws draws = Draws.at(1, spec.name());
      long first = firstRow * spec.columns();
      boolean norm = spec.shape().size() == 1;
      for (int i = 0; i < rows * spec.columns(); i++) {
        target[i] = norm ? 1 : 0.04f * ((draws.bits(first + i) >>> 40) * 0x1.0p-23f - 1);
      }
    }
  }

  /**
   * Measures decoding.
   *
   * @param prompt tokens before the first step
   * @param steps that are timed
   */
  public Row decode(int batch, int prompt, int steps) {
    progress.accept("decoding at batch " + batch);
    List<Double> seconds = new ArrayList<>();
    try (Decoder decoder = new Decoder(model, batch, prompt + steps + 1)) {
      for (int i = 0; i <= repetitions; i++) {
        List<Future<?>> answers = submit(decoder, batch, prompt, steps + 1);
        while (decoder.waiting() > 0) {
          decoder.turn(); // reads the prompts
        }
        long start = System.nanoTime();
        decoder.drain();
        double each = (System.nanoTime() - start) / NANOS / steps;
        requireDone(answers);
        if (i > 0) { // the first one warms up
          seconds.add(each);
        }
      }
    }
    double step = median(seconds);
    return new Row(batch, step, batch / step, ceiling(batch, batch));
  }

  /** Measures the reading of prompts. */
  public Row prefill(int batch, int prompt) {
    progress.accept("reading at batch " + batch);
    List<Double> seconds = new ArrayList<>();
    try (Decoder decoder = new Decoder(model, batch, prompt + 1)) {
      for (int i = 0; i <= repetitions; i++) {
        List<Future<?>> answers = submit(decoder, batch, prompt, 1);
        long start = System.nanoTime();
        decoder.drain();
        double whole = (System.nanoTime() - start) / NANOS;
        requireDone(answers);
        if (i > 0) {
          seconds.add(whole);
        }
      }
    }
    double all = median(seconds);
    return new Row(batch, all, batch * prompt / all, ceiling((long) batch * prompt, batch));
  }

  private List<Future<?>> submit(Decoder decoder, int batch, int prompt, int limit) {
    decoder.forget();
    List<Future<?>> answers = new ArrayList<>();
    for (int row = 0; row < batch; row++) {
      Draws draws = Draws.at(2, "prompt", row);
      int[] ids = new int[prompt];
      Arrays.setAll(ids, i -> draws.below(i, model.runtime().config().vocabularySize()));
      answers.add(decoder.submit(new Request(ids, new int[0]), Generation.greedy(limit, Set.of())));
    }
    return answers;
  }

  private static void requireDone(List<Future<?>> answers) {
    if (!answers.stream().allMatch(Future::isDone)) {
      throw new IllegalStateException("the decoder stopped before all answers were there");
    }
  }

  /**
   * The least seconds that take so many tokens through the layers and so many through the head; the
   * embedding is only looked up.
   */
  private double ceiling(long tokens, long predicted) {
    LlamaConfig config = model.runtime().config();
    double head = (double) config.vocabularySize() * config.hiddenSize();
    double all = config.tensors().stream().mapToDouble(TensorSpec::elements).sum();
    double layers = all - (config.tiedEmbeddings() ? head : 2 * head);
    int width = model.runtime().placement().precision().bytes();
    double reading = (layers + head) * width / ceilings.bytesPerSecond();
    double multiplying = 2 * (layers * tokens + head * predicted) / ceilings.operationsPerSecond();
    return Math.max(reading, multiplying);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
