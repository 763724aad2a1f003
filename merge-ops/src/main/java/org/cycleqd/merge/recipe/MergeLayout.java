package org.cycleqd.merge.recipe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import org.cycleqd.merge.recipe.MergeInputs.LayerRange;
import org.cycleqd.merge.recipe.MergeInputs.Slice;
import org.cycleqd.merge.recipe.MergeInputs.Source;
import org.cycleqd.merge.recipe.OutputLayer.InputLayer;

/**
 * Which tensors of which models make a tensor of the merged model, and with which parameters.
 *
 * <p>Whole models are one slice over all their layers; a base model that is not among them joins as
 * the last source, without parameters of its own. Layers are numbered through the slices. The
 * embedding is made by the first slice's sources, final norm and head by the last slice's.
 *
 * <p>Gradients are evaluated at {@code t = i / (n - 1)} in layer i of a slice of n (1 if n = 1), at
 * 0 for the embedding, and at 1 for final norm and head, which come behind the last layer; where
 * mergekit is reproduced, at 0 for these two as well.
 */
public final class MergeLayout {

  private final Path file;
  private final Recipe recipe;
  private final List<Slice> slices;
  private final List<OutputLayer> layers;

  private MergeLayout(Path file, Recipe recipe, List<Slice> slices) {
    this.file = file;
    this.recipe = recipe;
    this.slices = slices;
    List<OutputLayer> numbered = new ArrayList<>();
    for (int s = 0; s < slices.size(); s++) {
      for (int i = 0; i < slices.get(s).length(); i++) {
        int position = i;
        List<InputLayer> sources =
            slices.get(s).sources().stream()
                .map(source -> new InputLayer(source.model(), source.layers().from() + position))
                .toList();
        numbered.add(new OutputLayer(s, i, slices.get(s).length(), sources));
      }
    }
    this.layers = List.copyOf(numbered);
  }

  /**
   * Lays a recipe out.
   *
   * @param file the recipe's file, named in errors
   * @param layers number of layers of each model that the recipe names
   * @throws RecipeException if whole models differ in their number of layers, or a slice goes
   *     beyond a model's last layer
   */
  public static MergeLayout of(Path file, Recipe recipe, ToIntFunction<ModelReference> layers)
      throws RecipeException {
    return switch (recipe.inputs()) {
      case MergeInputs.Models(List<MergeInputs.Model> models) ->
          new MergeLayout(file, recipe, List.of(whole(file, recipe, models, layers)));
      case MergeInputs.Slices(List<Slice> slices) -> {
        for (int s = 0; s < slices.size(); s++) {
          requireLayers(file, "slices." + s, slices.get(s), layers);
        }
        yield new MergeLayout(file, recipe, slices);
      }
    };
  }

  private static Slice whole(
      Path file,
      Recipe recipe,
      List<MergeInputs.Model> models,
      ToIntFunction<ModelReference> layers)
      throws RecipeException {
    int length = layers.applyAsInt(models.getFirst().model());
    List<Source> sources = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      ModelReference model = models.get(i).model();
      requireLength(file, "models." + i, layers.applyAsInt(model), length);
      sources.add(new Source(model, new LayerRange(0, length), models.get(i).parameters()));
    }
    Optional<ModelReference> base = recipe.baseModel();
    if (base.isPresent() && models.stream().noneMatch(model -> model.model().equals(base.get()))) {
      requireLength(file, "base_model", layers.applyAsInt(base.get()), length);
      sources.add(new Source(base.get(), new LayerRange(0, length), Map.of()));
    }
    return new Slice(sources, Optional.empty(), Map.of());
  }

  private static void requireLength(Path file, String subject, int found, int expected)
      throws RecipeException {
    if (found != expected) {
      throw new RecipeException(
          file,
          subject,
          "a model of %d layers".formatted(found),
          "%d layers as in the first model".formatted(expected));
    }
  }

  private static void requireLayers(
      Path file, String path, Slice slice, ToIntFunction<ModelReference> layers)
      throws RecipeException {
    for (int k = 0; k < slice.sources().size(); k++) {
      Source source = slice.sources().get(k);
      int available = layers.applyAsInt(source.model());
      if (source.layers().to() > available) {
        throw new RecipeException(
            file,
            "%s.sources.%d.layer_range".formatted(path, k),
            source.layers().toString(),
            "at most the %d layers of %s".formatted(available, source.model()));
      }
    }
  }

  /** The layers of the merged model, in order. */
  public List<OutputLayer> layers() {
    return layers;
  }

  /**
   * What makes a tensor of the merged model.
   *
   * @param tensor its Hugging Face name, e.g. {@code model.layers.3.self_attn.q_proj.weight}
   * @throws RecipeException if the name is not one of a Llama with {@link #layers}
   */
  public TensorPlan plan(String tensor) throws RecipeException {
    TensorPlace place = TensorPlace.of(tensor).orElseThrow(() -> unknown(tensor));
    return switch (place) {
      case TensorPlace.Embedding() -> plan(tensor, 0, 0, k -> tensor);
      case TensorPlace.Final() -> {
        double t = recipe.conventions() == Conventions.MERGEKIT ? 0 : 1;
        yield plan(tensor, slices.size() - 1, t, k -> tensor);
      }
      case TensorPlace.Layer inside -> {
        if (inside.index() >= layers.size()) {
          throw unknown(tensor);
        }
        OutputLayer layer = layers.get(inside.index());
        yield plan(
            tensor, layer.slice(), layer.t(), k -> inside.in(layer.sources().get(k).index()));
      }
    };
  }

  private RecipeException unknown(String tensor) {
    return new RecipeException(
        file,
        "tensor " + tensor,
        "no place for it",
        "a tensor of a Llama of %d layers".formatted(layers.size()));
  }

  /** Names the tensor of the source with this number. */
  @FunctionalInterface
  private interface InputNames {
    String of(int source);
  }

  private TensorPlan plan(String tensor, int number, double t, InputNames names) {
    Slice slice = slices.get(number);
    Optional<ModelReference> base = slice.baseModel().or(recipe::baseModel);
    OptionalInt baseIndex = OptionalInt.empty();
    List<TensorInput> inputs = new ArrayList<>();
    for (int k = 0; k < slice.sources().size(); k++) {
      Source source = slice.sources().get(k);
      if (base.equals(Optional.of(source.model()))) {
        baseIndex = OptionalInt.of(k);
      }
      // Filters see the name in the input model, as the peer's do.
      String input = names.of(k);
      ParameterLookup parameters =
          new ParameterLookup(
              file,
              "tensor %s, model %s".formatted(tensor, source.model()),
              input,
              t,
              List.of(source.parameters(), slice.parameters(), recipe.parameters()));
      inputs.add(new TensorInput(source.model(), input, parameters));
    }
    return new TensorPlan(
        tensor,
        inputs,
        baseIndex,
        new ParameterLookup(
            file, "tensor " + tensor, tensor, t, List.of(slice.parameters(), recipe.parameters())));
  }
}
