package org.cycleqd.merge.recipe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import org.cycleqd.tensor.DType;

/**
 * How a model is merged. The components are the keys of a mergekit configuration of one stage;
 * {@code conventions} and {@code seed} are our own.
 *
 * @param name what other stages call the result, or empty
 * @param mergeMethod name of the merge method
 * @param baseModel the model that differences are taken from, or empty
 * @param inputs what is merged
 * @param parameters hold everywhere where inputs and slices do not say otherwise
 * @param dtype number format of the arithmetic, or empty for the inputs'
 * @param outDtype number format of the result, or empty for that of the arithmetic
 * @param tokenizer which tokenizer the result gets, or empty for the donor's
 * @param chatTemplate {@code auto}, a template's name or its text, or empty for the donor's
 * @param conventions whose rules hold where implementations differ
 * @param seed of the random methods
 */
public record Recipe(
    Optional<String> name,
    String mergeMethod,
    Optional<ModelReference> baseModel,
    MergeInputs inputs,
    Map<String, ParameterValue> parameters,
    Optional<DType> dtype,
    Optional<DType> outDtype,
    Optional<TokenizerSettings> tokenizer,
    Optional<String> chatTemplate,
    Conventions conventions,
    long seed) {

  /**
   * Copies the parameters and checks that no slice names its base model twice, nor any model where
   * mergekit, which would merge only one of them, is reproduced.
   *
   * @throws IllegalArgumentException naming the keys that do not fit
   */
  public Recipe {
    parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
    Requirements.require(!mergeMethod.isBlank(), "merge_method", "blank text", "a method's name");
    switch (inputs) {
      case MergeInputs.Models(List<MergeInputs.Model> models) ->
          requireDistinct(
              "models",
              models.stream().map(MergeInputs.Model::model).toList(),
              baseModel,
              conventions);
      case MergeInputs.Slices(List<MergeInputs.Slice> slices) -> {
        for (int i = 0; i < slices.size(); i++) {
          requireDistinct(
              "slices.%d.sources".formatted(i),
              slices.get(i).sources().stream().map(MergeInputs.Source::model).toList(),
              slices.get(i).baseModel().or(() -> baseModel),
              conventions);
        }
      }
    }
  }

  private static void requireDistinct(
      String field,
      List<ModelReference> models,
      Optional<ModelReference> base,
      Conventions conventions) {
    Set<ModelReference> seen = new HashSet<>();
    for (ModelReference model : models) {
      boolean single = conventions == Conventions.MERGEKIT || base.equals(Optional.of(model));
      Requirements.require(seen.add(model) || !single, field, model + " twice", "it at most once");
    }
  }

  /**
   * The models whose weights take part, in order of first appearance, the base model first. Models
   * that only the tokenizer's settings name are not among them.
   */
  public SequencedSet<ModelReference> models() {
    SequencedSet<ModelReference> models = new LinkedHashSet<>();
    baseModel.ifPresent(models::add);
    switch (inputs) {
      case MergeInputs.Models(List<MergeInputs.Model> whole) ->
          whole.forEach(model -> models.add(model.model()));
      case MergeInputs.Slices(List<MergeInputs.Slice> slices) ->
          slices.forEach(slice -> {
            slice.baseModel().ifPresent(models::add);
            slice.sources().forEach(source -> models.add(source.model()));
          });
    }
    return Collections.unmodifiableSequencedSet(models);
  }

  /**
   * Where a parameter is given.
   *
   * @param path path of keys, list items by number from 0
   * @param ofSource whether it is given for a single model or source
   */
  public record ParameterPlace(String path, boolean ofSource) {}

  /** The names of all parameters that are given, in order of first appearance, and where. */
  public SequencedMap<String, List<ParameterPlace>> parameterNames() {
    SequencedMap<String, List<ParameterPlace>> names = new LinkedHashMap<>();
    switch (inputs) {
      case MergeInputs.Models(List<MergeInputs.Model> models) -> {
        for (int i = 0; i < models.size(); i++) {
          note(names, "models.%d.".formatted(i), true, models.get(i).parameters());
        }
      }
      case MergeInputs.Slices(List<MergeInputs.Slice> slices) -> {
        for (int i = 0; i < slices.size(); i++) {
          MergeInputs.Slice slice = slices.get(i);
          for (int k = 0; k < slice.sources().size(); k++) {
            note(
                names,
                "slices.%d.sources.%d.".formatted(i, k),
                true,
                slice.sources().get(k).parameters());
          }
          note(names, "slices.%d.".formatted(i), false, slice.parameters());
        }
      }
    }
    note(names, "", false, parameters);
    return Collections.unmodifiableSequencedMap(names);
  }

  private static void note(
      Map<String, List<ParameterPlace>> names,
      String prefix,
      boolean ofSource,
      Map<String, ParameterValue> parameters) {
    for (String name : parameters.keySet()) {
      names
          .computeIfAbsent(name, unseen -> new ArrayList<>())
          .add(new ParameterPlace(prefix + "parameters." + name, ofSource));
    }
  }
}
