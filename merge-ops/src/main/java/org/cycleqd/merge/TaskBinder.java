package org.cycleqd.merge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.cycleqd.merge.method.Parameter;
import org.cycleqd.merge.method.Signature;
import org.cycleqd.merge.recipe.Conventions;
import org.cycleqd.merge.recipe.MergeInputs;
import org.cycleqd.merge.recipe.ModelReference;
import org.cycleqd.merge.recipe.ParameterLookup;
import org.cycleqd.merge.recipe.ParameterValue;
import org.cycleqd.merge.recipe.Recipe;
import org.cycleqd.merge.recipe.RecipeException;
import org.cycleqd.merge.recipe.TensorInput;
import org.cycleqd.merge.recipe.TensorPlan;
import org.cycleqd.merge.stream.Parameters;
import org.cycleqd.merge.stream.Source;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;

/** Makes a method's task of what the recipe says of a tensor. */
final class TaskBinder {

  private final Path file;
  private final Recipe recipe;
  private final Signature signature;
  private final BiFunction<ModelReference, String, TensorRows> weights;

  /**
   * Prepares the binding.
   *
   * @param file the recipe's file, named in errors
   * @param weights a model's tensor by name
   */
  TaskBinder(
      Path file,
      Recipe recipe,
      Signature signature,
      BiFunction<ModelReference, String, TensorRows> weights) {
    this.file = file;
    this.recipe = recipe;
    this.signature = signature;
    this.weights = weights;
  }

  /**
   * Binds one tensor.
   *
   * @throws RecipeException if models or parameters are not what the method wants
   */
  TensorTask bind(TensorSpec output, TensorPlan plan) throws RecipeException {
    Optional<TensorInput> base =
        switch (signature.base()) {
          case REQUIRED -> Optional.of(plan.requireBase());
          case OPTIONAL -> plan.base();
          case LISTED, INPUT -> Optional.empty();
        };
    List<TensorInput> inputs =
        switch (signature.base()) {
          case REQUIRED, OPTIONAL -> plan.others();
          case INPUT -> plan.inputs();
          case LISTED -> baseIsListed() ? plan.inputs() : plan.others();
        };
    if (inputs.size() < signature.minimum() || inputs.size() > signature.maximum()) {
      throw new RecipeException(
          file,
          "tensor " + output.name(),
          inputs.size() + (base.isPresent() ? " models beside the base" : " models"),
          "%s for %s".formatted(range(), signature.name()));
    }
    List<Source> sources = new ArrayList<>();
    for (TensorInput input : inputs) {
      sources.add(
          new Source(
              input.model().toString(),
              weights.apply(input.model(), input.tensor()),
              parameters(signature.perModel(), input.parameters())));
    }
    return new TensorTask(
        output,
        base.map(input -> weights.apply(input.model(), input.tensor())),
        sources,
        parameters(signature.perTensor(), plan.parameters()),
        recipe.seed(),
        recipe.conventions() == Conventions.MERGEKIT);
  }

  private boolean baseIsListed() {
    return switch (recipe.inputs()) {
      case MergeInputs.Models(List<MergeInputs.Model> models) ->
          models.stream().anyMatch(model -> recipe.baseModel().equals(Optional.of(model.model())));
      case MergeInputs.Slices _ -> true;
    };
  }

  private String range() {
    return signature.minimum() == signature.maximum()
        ? "exactly " + signature.minimum()
        : "at least " + signature.minimum();
  }

  private static Parameters parameters(List<Parameter> wanted, ParameterLookup given)
      throws RecipeException {
    Map<String, Object> values = new HashMap<>();
    for (Parameter parameter : wanted) {
      Optional<Object> value = given.value(parameter.name()).map(TaskBinder::plain);
      Optional<Object> accepted =
          value.isPresent() ? parameter.accept(value.get()) : parameter.fallback();
      values.put(
          parameter.name(),
          accepted.orElseThrow(() ->
              given.refusal(
                  parameter.name(),
                  value.map(Object::toString).orElse("nothing"),
                  parameter.expected())));
    }
    return new Parameters(values);
  }

  private static Object plain(ParameterValue.Constant constant) {
    return switch (constant) {
      case ParameterValue.Scalar(double number) -> number;
      case ParameterValue.Flag(boolean flag) -> flag;
      case ParameterValue.Text(String text) -> text;
    };
  }
}
