package org.cycleqd.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorTarget;
import org.cycleqd.torch.NativeArrays;
import org.jspecify.annotations.Nullable;

/**
 * Weights in memory that can be replaced in place, and what is asked of them. One thread at a time.
 */
public final class LiveModel implements AutoCloseable {

  /** Elements that are loaded at a time. */
  private static final int BLOCK = 1 << 22;

  /** Caches grow by so many positions. */
  private static final int ROUND = 32;

  private final LlamaRuntime runtime;
  private final NDManager manager;
  private final WeightArrays weights;
  private @Nullable Decoder decoder;
  private Work past = Work.none();

  /** Allocates weights of zero. */
  public LiveModel(LlamaRuntime runtime) {
    this.runtime = runtime;
    this.manager = runtime.placement().newManager();
    this.weights = new WeightArrays(runtime, manager);
    manager.cap();
  }

  /** A tensor's shape in DJL's terms. */
  public static Shape shape(TensorSpec spec) {
    return new Shape(spec.shape().stream().mapToLong(Long::longValue).toArray());
  }

  /**
   * The weights in the order of the config's tensors. Writing into their memory changes the model;
   * DJL's {@code set} would give them other memory.
   */
  public NDList weights() {
    return weights.tensors();
  }

  /**
   * What takes float32 elements of the weights, whole rows at a time, in the order of the config's
   * tensors.
   */
  public List<TensorTarget> targets() {
    return weights().stream().map(this::target).toList();
  }

  private TensorTarget target(NDArray weight) {
    boolean mapped =
        runtime.placement().equals(Placement.processor())
            && weight.size() * Float.BYTES < NativeArrays.MOST_BYTES;
    return mapped
        ? TensorTarget.into(NativeArrays.memory(weight))
        : new ArrayTarget(runtime.program(), weight);
  }

  /**
   * A number that depends on every bit of the weights and on its place. Two models of one
   * architecture and type that differ have the same one by chance only.
   */
  public long checksum() {
    try (NDManager step = manager.newSubManager()) {
      return runtime.program().call(step, "checksum", weights()).singletonOrThrow().getLong();
    }
  }

  /** The weights as the passes take them. */
  NDList operands() {
    return weights.operands();
  }

  /** The runtime that this model belongs to. */
  public LlamaRuntime runtime() {
    return runtime;
  }

  /** Copies a checkpoint of the same architecture into the live weights. */
  public void load(Checkpoint checkpoint) {
    load(spec -> checkpoint.tensor(spec.name()));
  }

  /** Copies tensors into the live weights, a few rows at a time. */
  public void load(Function<TensorSpec, TensorRows> tensors) {
    NDList targets = weights();
    for (int i = 0; i < targets.size(); i++) {
      load(targets.get(i), tensors.apply(runtime.config().tensors().get(i)));
    }
  }

  /**
   * The elements of a tensor, row-major.
   *
   * @throws IllegalArgumentException if the model has none of this name
   */
  public float[] floats(String tensor) {
    NDArray weight = weights().get(place(tensor));
    try (NDManager step = manager.newSubManager()) {
      return runtime
          .program()
          .call(step, "cast", weight, Precision.F32.torchType())
          .singletonOrThrow()
          .toFloatArray();
    }
  }

  private int place(String tensor) {
    List<String> names = runtime.config().tensors().stream().map(TensorSpec::name).toList();
    int place = names.indexOf(tensor);
    if (place < 0) {
      throw new IllegalArgumentException(
          "tensor %s: expected one of the model's".formatted(tensor));
    }
    return place;
  }

  /**
   * Copies one tensor into the live weights.
   *
   * @throws IllegalArgumentException if the model has none of its name
   */
  public void load(TensorRows tensor) {
    load(weights().get(place(tensor.spec().name())), tensor);
  }

  private void load(NDArray weight, TensorRows view) {
    int columns = Math.toIntExact(view.spec().columns());
    int rows = Math.max(1, BLOCK / Math.max(1, columns));
    for (long first = 0; first < view.spec().rows(); first += rows) {
      int count = (int) Math.min(rows, view.spec().rows() - first);
      float[] block = new float[count * columns];
      view.read(first, count, block);
      put(weight, first, block, columns);
    }
  }

  private void put(NDArray weight, long first, float[] block, int columns) {
    try (NDManager step = manager.newSubManager()) {
      NDArray source = step.create(block, new Shape(block.length / columns, columns));
      NDArray done = runtime.program().call(step, "put", weight, first, source).singletonOrThrow();
      done.close();
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
              .call(step, "single_logits", batch, runtime.cosines(), runtime.sines(), weights())
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
    Generation generation = Generation.greedy(decoding.limit(), decoding.ends());
    return generate(requests, generation, decoding.rows()).stream().map(Answer::ids).toList();
  }

  /**
   * Continues all requests.
   *
   * @param rows most sequences at a time
   * @return the answers in the order of the requests
   * @throws IllegalArgumentException if a prompt leaves no room for the answer
   */
  public List<Answer> generate(List<Request> requests, Generation generation, int rows) {
    return generate(requests, Collections.nCopies(requests.size(), generation), rows);
  }

  /**
   * Continues all requests, each in its own way.
   *
   * @param generations one for each request
   * @param rows most sequences at a time
   * @return the answers in the order of the requests
   * @throws IllegalArgumentException if a prompt leaves no room for the answer
   */
  public List<Answer> generate(List<Request> requests, List<Generation> generations, int rows) {
    List<Asked> all = new ArrayList<>();
    int longest = 0;
    for (int i = 0; i < requests.size(); i++) {
      Asked asked = new Asked(requests.get(i), generations.get(i));
      requireFits(asked.request.prompt().length, asked.generation.limit());
      longest = Math.max(longest, asked.request.prompt().length + asked.generation.limit());
      all.add(asked);
    }
    return all(
        all,
        Math.min(rows, requests.size()),
        longest,
        Comparator.comparingInt(asked -> asked.request.length()),
        (used, asked) -> used.submit(asked.request, asked.generation));
  }

  private record Asked(Request request, Generation generation) {}

  /**
   * How probable continuations are.
   *
   * @param rows most sequences at a time
   * @return in the order of the continuations
   * @throws IllegalArgumentException if one does not fit into the positions
   */
  public List<Likelihood> score(List<Continuation> continuations, int rows) {
    int longest = 0;
    for (Continuation each : continuations) {
      requireFits(each.prompt().length, each.ids().length);
      longest = Math.max(longest, each.prompt().length + each.ids().length);
    }
    return all(
        continuations,
        Math.min(rows, continuations.size()),
        longest,
        Comparator.comparingInt(each -> each.prompt().length + each.ids().length),
        (used, each) -> used.score(each, 0));
  }

  private <Q, A> List<A> all(
      List<Q> questions,
      int rows,
      int longest,
      Comparator<Q> order,
      BiFunction<Decoder, Q, CompletableFuture<A>> ask) {
    if (questions.isEmpty()) {
      return List.of();
    }
    Decoder used = decoder(rows, longest);
    used.forget(); // the weights may have changed
    // Sequences of like length start together, so that they need like spans of the cache.
    Map<Integer, CompletableFuture<A>> asked = new HashMap<>();
    IntStream.range(0, questions.size())
        .boxed()
        .sorted(Comparator.comparing(questions::get, order))
        .forEach(i -> asked.put(i, ask.apply(used, questions.get(i))));
    try {
      used.drain();
    } catch (RuntimeException e) {
      // What still waits belongs to these questions and not to the next ones.
      past = past.plus(used.work());
      used.close();
      decoder = null;
      throw e;
    }
    return IntStream.range(0, questions.size())
        .mapToObj(i -> Objects.requireNonNull(asked.get(i)).join())
        .toList();
  }

  /** What all questions so far have cost. */
  public Work work() {
    return decoder == null ? past : past.plus(decoder.work());
  }

  private Decoder decoder(int rows, int longest) {
    Decoder present = decoder;
    if (present != null && present.rows() >= rows && present.capacity() >= longest) {
      return present;
    }
    int more = Math.max(rows, present == null ? 0 : present.rows());
    int wider = Math.max(longest, present == null ? 0 : present.capacity());
    if (present != null) {
      past = past.plus(present.work());
      present.close();
    }
    int capacity = Math.min(runtime.positions(), Math.ceilDiv(wider, ROUND) * ROUND);
    Decoder larger = new Decoder(this, more, capacity);
    decoder = larger;
    return larger;
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
    if (decoder != null) {
      decoder.close();
    }
    manager.close();
  }
}
