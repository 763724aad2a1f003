package org.cycleqd.merge.recipe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** What a recipe merges: whole models, or slices of layers put on top of each other. */
public sealed interface MergeInputs {

  /**
   * Whole models, layer by layer.
   *
   * @param models at least one
   */
  record Models(List<Model> models) implements MergeInputs {

    /** Copies the list and checks that it is not empty. */
    public Models {
      models = List.copyOf(models);
      Requirements.require(!models.isEmpty(), "models", "an empty list", "at least one model");
    }
  }

  /**
   * Slices, from the embedding upwards; the output's layers are numbered through.
   *
   * @param slices at least one
   */
  record Slices(List<Slice> slices) implements MergeInputs {

    /** Copies the list and checks that it is not empty. */
    public Slices {
      slices = List.copyOf(slices);
      Requirements.require(!slices.isEmpty(), "slices", "an empty list", "at least one slice");
    }
  }

  /** A whole model with the parameters that hold for it. */
  record Model(ModelReference model, Map<String, ParameterValue> parameters) {

    /** Copies the parameters. */
    public Model {
      parameters = copy(parameters);
    }
  }

  /**
   * A run of layers of the merged model.
   *
   * @param sources what is merged, at least one, all of the same length
   * @param baseModel takes the place of the recipe's base model, or empty
   * @param parameters hold for all sources and for the slice
   */
  record Slice(
      List<Source> sources,
      Optional<ModelReference> baseModel,
      Map<String, ParameterValue> parameters) {

    /** Copies the collections and checks that all sources have the same number of layers. */
    public Slice {
      sources = List.copyOf(sources);
      parameters = copy(parameters);
      Requirements.require(!sources.isEmpty(), "sources", "an empty list", "at least one source");
      int length = sources.getFirst().layers().length();
      for (int i = 1; i < sources.size(); i++) {
        LayerRange layers = sources.get(i).layers();
        Requirements.require(
            layers.length() == length,
            "sources.%d.layer_range".formatted(i),
            "%s, %d layers".formatted(layers, layers.length()),
            "%d layers as in the first source".formatted(length));
      }
    }

    /** Number of layers. */
    public int length() {
      return sources.getFirst().layers().length();
    }
  }

  /** Layers of a model with the parameters that hold for them. */
  record Source(ModelReference model, LayerRange layers, Map<String, ParameterValue> parameters) {

    /** Copies the parameters. */
    public Source {
      parameters = copy(parameters);
    }
  }

  /**
   * Consecutive layers.
   *
   * @param from the first layer, counted from 0
   * @param to the layer behind the last one
   */
  record LayerRange(int from, int to) {

    /** Checks that there is a layer. */
    public LayerRange {
      Requirements.require(
          from >= 0 && from < to,
          "layer_range",
          "[%d, %d]".formatted(from, to),
          "[a, b] with 0 <= a < b");
    }

    /** Number of layers. */
    public int length() {
      return to - from;
    }

    @Override
    public String toString() {
      return "[%d, %d]".formatted(from, to);
    }
  }

  private static SequencedMap<String, ParameterValue> copy(Map<String, ParameterValue> parameters) {
    return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
  }
}
