package org.cycleqd.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.tensor.TensorSpec;

/**
 * Weights in memory that can be replaced in place, and greedy decoding with them. One thread at a
 * time.
 */
public final class LiveModel implements AutoCloseable {

  /** Tokens of one causal pass: few enough for a layer's activations to stay in the cache. */
  private static final int TILE = 2048;

  private final LlamaRuntime runtime;
  private final NDManager manager;
  private final NDList weights = new NDList();

  /** Allocates weights of zero, in float32. */
  public LiveModel(LlamaRuntime runtime) {
    this.runtime = runtime;
    this.manager = NDManager.newBaseManager("PyTorch");
    for (TensorSpec spec : runtime.config().tensors()) {
      NDArray tensor = manager.zeros(shape(spec), DataType.FLOAT32);
      tensor.setName(spec.name());
      weights.add(tensor);
    }
    manager.cap();
  }

  /** A tensor's shape in DJL's terms. */
  public static Shape shape(TensorSpec spec) {
    return new Shape(spec.shape().stream().mapToLong(Long::longValue).toArray());
  }

  /** The weights in the order of the config's tensors; writing into them changes the model. */
  public NDList weights() {
    return weights;
  }

  /** The runtime that this model belongs to. */
  public LlamaRuntime runtime() {
    return runtime;
  }

  /** Copies a checkpoint of the same architecture into the live weights, widened to float32. */
  public void load(Checkpoint checkpoint) {
    for (NDArray weight : weights) {
      weight.set(checkpoint.tensor(weight.getName()).toFloats());
    }
  }

  /**
   * Logits of every position.
   *
   * @param ids [T] token ids
   * @return [T][V]
   */
  public float[][] logits(int[] ids) {
    if (ids.length == 0 || ids.length > runtime.positions()) {
      throw new IllegalArgumentException(
          "logits of %d tokens, expected 1 to %d".formatted(ids.length, runtime.positions()));
    }
    try (NDManager step = manager.newSubManager()) {
      NDArray batch = step.create(widen(ids), new Shape(1, ids.length));
      NDArray logits =
          runtime
              .program()
              .call(step, "logits", batch, runtime.cosines(), runtime.sines(), weights)
              .singletonOrThrow();
      float[] flat = logits.toFloatArray();
      int words = flat.length / ids.length;
      return IntStream.range(0, ids.length)
          .mapToObj(t -> Arrays.copyOfRange(flat, t * words, (t + 1) * words))
          .toArray(float[][]::new);
    }
  }

  /**
   * Continues all requests greedily until an end token or the limit.
   *
   * @param requests any number, of any lengths
   * @return the new tokens of each request, the end token included where it was reached
   * @throws IllegalArgumentException if a prompt leaves no room for the answer
   */
  public List<int[]> generate(List<Request> requests, Decoding decoding) {
    // Rows of like length share a batch, so that little of it is padding.
    int[] order =
        IntStream.range(0, requests.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> requests.get(i).length()))
            .mapToInt(Integer::intValue)
            .toArray();
    int[][] answers = new int[requests.size()][];
    for (int from = 0; from < order.length; from += decoding.rows()) {
      int[] part = Arrays.copyOfRange(order, from, Math.min(from + decoding.rows(), order.length));
      List<int[]> found = batch(Arrays.stream(part).mapToObj(requests::get).toList(), decoding);
      for (int i = 0; i < part.length; i++) {
        answers[part[i]] = found.get(i);
      }
    }
    return Arrays.asList(answers);
  }

  private List<int[]> batch(List<Request> requests, Decoding decoding) {
    int limit = decoding.limit();
    List<int[]> drafts = requests.stream().map(r -> usable(r.draft(), decoding)).toList();
    int count = requests.size();
    int width = 0;
    for (int i = 0; i < count; i++) {
      requireFits(requests.get(i).prompt().length, limit);
      width = Math.max(width, requests.get(i).prompt().length + drafts.get(i).length);
    }
    long[] ids = new long[count * width];
    long[] prompts = new long[count];
    long[] given = new long[count];
    for (int i = 0; i < count; i++) {
      int[] prompt = requests.get(i).prompt();
      int[] draft = drafts.get(i);
      prompts[i] = prompt.length;
      given[i] = draft.length;
      for (int t = 0; t < prompt.length; t++) {
        ids[i * width + t] = prompt[t];
      }
      for (int t = 0; t < draft.length; t++) {
        ids[i * width + prompt.length + t] = draft[t];
      }
    }
    long[] ends = decoding.ends().stream().mapToLong(Integer::longValue).toArray();
    try (NDManager step = manager.newSubManager()) {
      NDArray out =
          runtime
              .program()
              .call(
                  step,
                  "generate",
                  step.create(ids, new Shape(count, width)),
                  step.create(prompts),
                  step.create(given),
                  limit,
                  step.create(ends),
                  TILE,
                  runtime.cosines(),
                  runtime.sines(),
                  weights)
              .singletonOrThrow();
      return rows(out.toLongArray(), limit);
    }
  }

  /** A draft ends with its first end token and is no longer than the answer may be. */
  private static int[] usable(int[] draft, Decoding decoding) {
    int length = Math.min(draft.length, decoding.limit());
    for (int i = 0; i < length; i++) {
      if (decoding.ends().contains(draft[i])) {
        return Arrays.copyOf(draft, i + 1);
      }
    }
    return Arrays.copyOf(draft, length);
  }

  private static List<int[]> rows(long[] out, int limit) {
    List<int[]> answers = new ArrayList<>();
    for (int from = 0; from < out.length; from += limit) {
      answers.add(
          Arrays.stream(out, from, from + limit)
              .takeWhile(id -> id >= 0)
              .mapToInt(Math::toIntExact)
              .toArray());
    }
    return answers;
  }

  private void requireFits(int prompt, int limit) {
    if ((long) prompt + limit > runtime.positions()) {
      throw new IllegalArgumentException(
          "a prompt of %d tokens and an answer of up to %d do not fit into %d positions"
              .formatted(prompt, limit, runtime.positions()));
    }
  }

  private static long[] widen(int[] ids) {
    return Arrays.stream(ids).asLongStream().toArray();
  }

  @Override
  public void close() {
    manager.close();
  }
}
