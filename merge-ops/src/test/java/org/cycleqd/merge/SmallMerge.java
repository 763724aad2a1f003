package org.cycleqd.merge;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.cycleqd.merge.method.MergeMethod;
import org.cycleqd.merge.method.MergeMethods;
import org.cycleqd.merge.method.Parameter;
import org.cycleqd.merge.stream.Parameters;
import org.cycleqd.merge.stream.Source;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.FloatConversion;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/**
 * One tensor that is merged as a whole model's would be, with inputs written down as arrays.
 *
 * @param inputs dtype that the inputs are rounded to
 * @param output dtype of the result
 * @param shape shape of all tensors; a vector of the inputs' length if empty
 * @param base the base model, or empty
 * @param models the models in order
 * @param parameters the method's parameters for the tensor as a whole; others have their defaults
 */
public record SmallMerge(
    String method,
    String tensor,
    DType inputs,
    DType output,
    List<Long> shape,
    Optional<float[]> base,
    List<Model> models,
    Map<String, Object> parameters,
    long seed,
    boolean compatible) {

  /** A model's name, the method's parameters of it, others having their defaults, and values. */
  @SuppressWarnings("ArrayRecordComponent") // copied, never compared
  public record Model(String name, Map<String, Object> parameters, float[] values) {
    /** Copies. */
    public Model {
      parameters = Map.copyOf(parameters);
      values = values.clone();
    }

    @Override
    public float[] values() {
      return values.clone();
    }
  }

  /** A merge in float32 throughout, without models yet. */
  public static SmallMerge of(String method) {
    return new SmallMerge(
        method,
        "model.layers.0.mlp.up_proj.weight",
        DType.F32,
        DType.F32,
        List.of(),
        Optional.empty(),
        List.of(),
        Map.of(),
        1,
        false);
  }

  /** Names the tensor. */
  public SmallMerge named(String name) {
    return new SmallMerge(
        method, name, inputs, output, shape, base, models, parameters, seed, compatible);
  }

  /** With inputs and output of other types. */
  public SmallMerge types(DType in, DType out) {
    return new SmallMerge(
        method, tensor, in, out, shape, base, models, parameters, seed, compatible);
  }

  /** With a shape. */
  public SmallMerge shape(long... extents) {
    List<Long> list = Arrays.stream(extents).boxed().toList();
    return new SmallMerge(
        method, tensor, inputs, output, list, base, models, parameters, seed, compatible);
  }

  /** With a base. */
  public SmallMerge base(float... values) {
    return new SmallMerge(
        method,
        tensor,
        inputs,
        output,
        shape,
        Optional.of(values.clone()),
        models,
        parameters,
        seed,
        compatible);
  }

  /** With one more model, called a, b, c and so on. */
  public SmallMerge model(Map<String, Object> of, float... values) {
    List<Model> more = new ArrayList<>(models);
    more.add(new Model(String.valueOf((char) ('a' + more.size())), of, values));
    return models(more);
  }

  /** With other models. */
  public SmallMerge models(List<Model> list) {
    return new SmallMerge(
        method,
        tensor,
        inputs,
        output,
        shape,
        base,
        List.copyOf(list),
        parameters,
        seed,
        compatible);
  }

  /** With one more parameter of the merge. */
  public SmallMerge with(String name, Object value) {
    Map<String, Object> more = new HashMap<>(parameters);
    more.put(name, value);
    return new SmallMerge(
        method, tensor, inputs, output, shape, base, models, Map.copyOf(more), seed, compatible);
  }

  /** With another seed. */
  public SmallMerge seed(long other) {
    return new SmallMerge(
        method, tensor, inputs, output, shape, base, models, parameters, other, compatible);
  }

  /** With the peer's known errors. */
  public SmallMerge likeMergekit() {
    return new SmallMerge(
        method, tensor, inputs, output, shape, base, models, parameters, seed, true);
  }

  /** The method. */
  public MergeMethod mergeMethod() {
    return Objects.requireNonNull(MergeMethods.all().get(method), method);
  }

  /** The task. */
  public TensorTask task() {
    List<Source> sources = new ArrayList<>();
    for (Model model : models) {
      sources.add(
          new Source(
              model.name(),
              view(model.values()),
              filled(mergeMethod().signature().perModel(), model.parameters())));
    }
    return new TensorTask(
        spec(output),
        base.map(this::view),
        sources,
        filled(mergeMethod().signature().perTensor(), parameters),
        seed,
        compatible);
  }

  private TensorSpec spec(DType dtype) {
    List<Long> extents =
        shape.isEmpty() ? List.of((long) models.getFirst().values().length) : shape;
    return new TensorSpec(tensor, dtype, extents);
  }

  private TensorView view(float[] values) {
    TensorSpec spec = spec(inputs);
    MemorySegment bytes = Arena.ofAuto().allocate(Math.max(spec.bytes(), 1), Long.BYTES);
    FloatConversion.round(inputs, values, 0, bytes, 0, values.length);
    return new TensorView(spec, bytes.asSlice(0, spec.bytes()));
  }

  private static Parameters filled(List<Parameter> wanted, Map<String, Object> given) {
    Map<String, Object> values = new HashMap<>();
    Map<String, Object> left = new HashMap<>(given);
    for (Parameter parameter : wanted) {
      Object value = left.remove(parameter.name());
      values.put(
          parameter.name(),
          (value == null ? parameter.fallback() : parameter.accept(value)).orElseThrow());
    }
    if (!left.isEmpty()) {
      throw new IllegalArgumentException("no parameters " + left.keySet());
    }
    return new Parameters(values);
  }

  /** The merged elements. */
  public float[] merge() throws IOException {
    return merge(new Tiles(2));
  }

  /** The merged elements, with this many threads and elements in a tile. */
  public float[] merge(int threads, int elements) throws IOException {
    return merge(new Tiles(threads, elements));
  }

  private float[] merge(Tiles threads) throws IOException {
    TensorTask task = task();
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) task.output().bytes()]);
    try (Tiles tiles = threads;
        StreamingMerge merge =
            new StreamingMerge(mergeMethod(), Map.of(tensor, task), tiles, _ -> {})) {
      merge.write(task.output(), (offset, piece) -> bytes.asSlice(offset).copyFrom(piece));
    }
    return new TensorView(task.output(), bytes).toFloats();
  }
}
