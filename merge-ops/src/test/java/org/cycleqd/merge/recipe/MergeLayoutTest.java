package org.cycleqd.merge.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cycleqd.merge.recipe.OutputLayer.InputLayer;
import org.cycleqd.merge.recipe.ParameterValue.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeLayoutTest {

  private static final double EXACT = 1e-15;

  /** Expected values are worked out by hand; for the final norm and head they are ours. */
  @ParameterizedTest
  @CsvSource({
    "linear_gradient, 0, weight, 0 0.5 1, 0, 1",
    "linear_gradient, 1, weight, 1 0.6 0.2, 1, 0.2",
    "linear_gradient_4_anchors, 0, weight, 0.1 0.65 0.6, 0.1, 0.6",
    "linear_gradient_4_anchors, 1, weight, 0.5 0.5 0.5, 0.5, 0.5",
    "linear_filters, 1, weight, 0.3 0.3 0.3, 0.6, 0.6",
    "linear_param_levels, 0, weight, 0.25 0.25 0.25, 1, 1",
    "linear_slices, 0, weight, 0.8 0 1, 0.8, 1",
    "linear_slices, 1, weight, 0.2 1 0.5, 0.2, 0.5",
    "task_arithmetic_slices, 1, weight, 0.9 0.9 0.4, 0.9, 0.4",
    "passthrough_scale, 0, scale, 7 7 7, 7, 7",
    "ties_density_gradient, 0, density, 0.2 0.55 0.9, 0.2, 0.9",
    "ties_density_gradient, 1, weight, 1 0.7 0.4, 1, 0.4",
    "task_arithmetic_gradient_lambda, 0, weight, 1 0.5 0, 1, 0",
    "task_arithmetic_gradient_lambda, 1, weight, 0 0.5 1, 0, 1"
  })
  void parametersOfQueriesEmbeddingAndNorm(
      String name, int source, String parameter, String layers, double embedding, double norm)
      throws IOException {
    Path file = Golden.recipe(name);
    MergeLayout layout = MergeLayout.of(file, RecipeReader.read(file), model -> Golden.LAYERS);
    String[] expected = layers.split(" ", -1);
    for (int j = 0; j < expected.length; j++) {
      String tensor = "model.layers.%d.self_attn.q_proj.weight".formatted(j);
      assertThat(value(layout, tensor, source, parameter))
          .as(tensor)
          .isCloseTo(Double.parseDouble(expected[j]), within(EXACT));
    }
    assertThat(value(layout, "model.embed_tokens.weight", source, parameter)).isEqualTo(embedding);
    assertThat(value(layout, "model.norm.weight", source, parameter)).isEqualTo(norm);
    assertThat(value(layout, "lm_head.weight", source, parameter)).isEqualTo(norm);
  }

  private static double value(MergeLayout layout, String tensor, int source, String parameter)
      throws RecipeException {
    return layout.plan(tensor).inputs().get(source).parameters().number(parameter, 7);
  }

  @ParameterizedTest
  @CsvSource({
    "linear_filters, 0, weight, mlp.up_proj, 0.1 0.45 0.8",
    "linear_filters, 0, weight, self_attn.o_proj, 0.9 0.9 0.9",
    "linear_filters, 0, weight, input_layernorm, 0.5 0.5 0.5",
    "linear_filters, 1, weight, mlp.up_proj, 0.6 0.6 0.6",
    "linear_param_levels, 0, weight, mlp.up_proj, 0.9 0.9 0.9",
    "linear_param_levels, 1, weight, mlp.up_proj, 1 1 1",
    "linear_param_levels, 1, weight, self_attn.o_proj, 0.25 0.25 0.25",
    "passthrough_scale, 0, scale, mlp.down_proj, 0 1 2",
    "passthrough_scale, 0, scale, self_attn.o_proj, 0.5 0.5 0.5",
    "passthrough_stack, 0, scale, self_attn.q_proj, 7 7 0.7071 0.7071",
    "passthrough_stack, 0, scale, self_attn.k_proj, 7 7 7 7"
  })
  void parametersInsideLayers(String name, int source, String parameter, String kind, String layers)
      throws IOException {
    Path file = Golden.recipe(name);
    MergeLayout layout = MergeLayout.of(file, RecipeReader.read(file), model -> Golden.LAYERS);
    List<Double> found = new ArrayList<>();
    for (int j = 0; j < layout.layers().size(); j++) {
      found.add(value(layout, "model.layers.%d.%s.weight".formatted(j, kind), source, parameter));
    }
    assertThat(found)
        .usingComparatorForType((a, b) -> Math.abs(a - b) < EXACT ? 0 : 1, Double.class)
        .isEqualTo(Stream.of(layers.split(" ", -1)).map(Double::valueOf).toList());
  }

  @Test
  void gradientsAreLinearBetweenTheirAnchors() throws RecipeException {
    MergeLayout layout =
        Recipes.layout(
            """
            models: [{model: a, parameters: {weight: [0, 0.5, 1, 0]}}]
            merge_method: linear
            """,
            8);
    double[] expected = {0, 3 / 14., 6 / 14., 9 / 14., 12 / 14., 12 / 14., 6 / 14., 0};
    for (int j = 0; j < expected.length; j++) {
      String tensor = "model.layers.%d.self_attn.q_proj.weight".formatted(j);
      assertThat(value(layout, tensor, 0, "weight")).isCloseTo(expected[j], within(EXACT));
    }
  }

  @Test
  void parametersOfTheTensorAsAWhole() throws IOException {
    Path file = Golden.recipe("slerp_filters_gradient");
    MergeLayout layout = MergeLayout.of(file, RecipeReader.read(file), model -> Golden.LAYERS);
    assertThat(t(layout, "model.layers.0.self_attn.q_proj.weight")).isZero();
    assertThat(t(layout, "model.layers.1.self_attn.q_proj.weight")).isEqualTo(0.5);
    assertThat(t(layout, "model.layers.2.mlp.up_proj.weight")).isZero();
    assertThat(t(layout, "model.layers.0.mlp.up_proj.weight")).isEqualTo(1);
    assertThat(t(layout, "model.layers.1.input_layernorm.weight")).isEqualTo(0.3);
    assertThat(t(layout, "lm_head.weight")).isEqualTo(0.3);
    TensorPlan plan = layout.plan("lm_head.weight");
    assertThat(plan.requireBase().model()).isEqualTo(ModelReference.of("expert_a"));
    assertThat(plan.others())
        .extracting(TensorInput::model)
        .containsExactly(ModelReference.of("expert_b"));

    Path lambda = Golden.recipe("task_arithmetic_gradient_lambda");
    MergeLayout gradient =
        MergeLayout.of(lambda, RecipeReader.read(lambda), model -> Golden.LAYERS);
    assertThat(gradient.plan("model.layers.1.mlp.up_proj.weight").parameters().number("lambda"))
        .isEqualTo(0.5);
    assertThat(gradient.plan("model.norm.weight").parameters().number("lambda")).isEqualTo(1);
  }

  private static double t(MergeLayout layout, String tensor) throws RecipeException {
    return layout.plan(tensor).parameters().number("t");
  }

  @Test
  void normAndHeadHaveTheLastAnchorOrAsForThePeerTheFirst() throws RecipeException {
    String recipe =
        """
        slices:
        - sources: [{model: a, layer_range: [0, 2], parameters: {weight: [1, 2]}}]
        - sources: [{model: b, layer_range: [0, 1], parameters: {weight: [3, 4, 5]}}]
        merge_method: linear
        """;
    MergeLayout ours = Recipes.layout(recipe, 2);
    assertThat(value(ours, "model.embed_tokens.weight", 0, "weight")).isEqualTo(1);
    assertThat(value(ours, "model.layers.2.mlp.up_proj.weight", 0, "weight")).isEqualTo(5);
    assertThat(value(ours, "model.norm.weight", 0, "weight")).isEqualTo(5);
    MergeLayout peers = Recipes.layout(recipe + "compat: mergekit\n", 2);
    assertThat(value(peers, "model.embed_tokens.weight", 0, "weight")).isEqualTo(1);
    assertThat(value(peers, "model.norm.weight", 0, "weight")).isEqualTo(3);
    assertThat(value(peers, "lm_head.weight", 0, "weight")).isEqualTo(3);
  }

  @Test
  void slicesAreStackedAndTheirTensorsRenamed() throws RecipeException {
    MergeLayout layout =
        Recipes.layout(
            """
            slices:
            - sources:
              - {model: a, layer_range: [0, 2]}
              - {model: b, layer_range: [1, 3], parameters: {weight: [{filter: layers.2., value: 3}]}}
            - sources: [{model: c, layer_range: [1, 2]}]
            merge_method: linear
            """,
            3);
    ModelReference a = ModelReference.of("a");
    ModelReference b = ModelReference.of("b");
    ModelReference c = ModelReference.of("c");
    assertThat(layout.layers())
        .containsExactly(
            new OutputLayer(0, 0, 2, List.of(new InputLayer(a, 0), new InputLayer(b, 1))),
            new OutputLayer(0, 1, 2, List.of(new InputLayer(a, 1), new InputLayer(b, 2))),
            new OutputLayer(1, 0, 1, List.of(new InputLayer(c, 1))));
    TensorPlan plan = layout.plan("model.layers.1.mlp.up_proj.weight");
    assertThat(plan.inputs())
        .extracting(TensorInput::tensor)
        .containsExactly("model.layers.1.mlp.up_proj.weight", "model.layers.2.mlp.up_proj.weight");
    assertThat(plan.inputs().get(1).parameters().number("weight")).isEqualTo(3);
    assertThat(layout.plan("model.embed_tokens.weight").inputs()).hasSize(2);
    assertThat(layout.plan("lm_head.weight").inputs())
        .extracting(TensorInput::model)
        .containsExactly(c);
  }

  @Test
  void anAbsentBaseJoinsWholeModelsAsTheLastSource() throws RecipeException {
    String recipe =
        """
        models: [{model: a, parameters: {weight: 2}}]
        merge_method: ties
        base_model: base
        """;
    TensorPlan plan = Recipes.layout(recipe, 1).plan("model.layers.0.mlp.up_proj.weight");
    assertThat(plan.inputs())
        .extracting(input -> input.model().toString())
        .containsExactly("a", "base");
    assertThat(plan.requireBase().parameters().value("weight")).isEmpty();
    assertThat(plan.others()).hasSize(1);
    assertThatThrownBy(() -> plan.requireBase().parameters().number("weight"))
        .isInstanceOf(RecipeException.class)
        .hasMessage(
            "recipe.yaml: tensor model.layers.0.mlp.up_proj.weight, model base, parameter weight: found nothing, expected a number");
  }

  @Test
  void aSliceMayHaveItsOwnBaseAndMustHaveItAmongItsSources() throws RecipeException {
    MergeLayout layout =
        Recipes.layout(
            """
            slices:
            - sources: [{model: a, layer_range: [0, 1]}, {model: b, layer_range: [0, 1]}]
              base_model: b
            - sources: [{model: a, layer_range: [0, 1]}, {model: b, layer_range: [0, 1]}]
            - sources: [{model: a, layer_range: [0, 1]}, {model: b, layer_range: [0, 1]}]
              base_model: c
            merge_method: slerp
            base_model: a
            """,
            1);
    assertThat(layout.plan("model.layers.0.mlp.up_proj.weight").baseIndex()).hasValue(1);
    assertThat(layout.plan("model.layers.1.mlp.up_proj.weight").baseIndex()).hasValue(0);
    TensorPlan plan = layout.plan("model.layers.2.mlp.up_proj.weight");
    assertThat(plan.base()).isEmpty();
    assertThatThrownBy(plan::requireBase)
        .isInstanceOf(RecipeException.class)
        .hasMessage(
            "recipe.yaml: tensor model.layers.2.mlp.up_proj.weight: found only a, b, expected base_model to be given and among the sources");
  }

  @Test
  void flagsAndNumbersStandForEachOtherAndNamesForThemselves() throws RecipeException {
    ParameterLookup lookup =
        Recipes.layout(
                """
                models: [{model: a}]
                merge_method: linear
                parameters: {one: true, zero: 0, half: 0.5, name: l1, none: null}
                """,
                1)
            .plan("lm_head.weight")
            .parameters();
    assertThat(lookup.number("one")).isEqualTo(1);
    assertThat(lookup.flag("zero", true)).isFalse();
    assertThat(lookup.value("name")).hasValue(new Text("l1"));
    assertThat(lookup.value("none")).isEmpty();
    assertThat(lookup.flag("none", true)).isTrue();
    assertThatThrownBy(() -> lookup.flag("half", true))
        .hasMessageEndingWith("parameter half: found 0.5, expected true or false");
    assertThatThrownBy(() -> lookup.flag("name", true))
        .hasMessageEndingWith("parameter name: found 'l1', expected true or false");
    assertThatThrownBy(() -> lookup.number("name", 3))
        .hasMessageEndingWith("parameter name: found 'l1', expected a number");
  }

  @Test
  void aModulesParametersStandBetweenSliceAndRecipe() throws RecipeException {
    MergeLayout layout =
        Recipes.layout(
            """
            modules:
              text:
                models: [{model: a}]
                parameters: {weight: [{filter: mlp, value: 2}], scale: 5}
            merge_method: linear
            parameters: {weight: [{filter: self_attn, value: [0, 6, 0]}], scale: 9, lambda: 4}
            """,
            3);
    assertThat(value(layout, "model.layers.1.mlp.up_proj.weight", 0, "weight")).isEqualTo(2);
    assertThat(value(layout, "model.layers.1.self_attn.q_proj.weight", 0, "weight")).isEqualTo(6);
    assertThat(value(layout, "model.norm.weight", 0, "weight")).isEqualTo(7);
    assertThat(value(layout, "model.norm.weight", 0, "scale")).isEqualTo(5);
    assertThat(value(layout, "model.norm.weight", 0, "lambda")).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "models: [{model: a1}, {model: b2}] | models.1: found a model of 2 layers, expected 1 layers as in the first model",
        "base_model: b2 ~ models: [{model: a1}] | base_model: found a model of 2 layers, expected 1 layers as in the first model",
        "slices: [{sources: [{model: b2, layer_range: [1, 3]}]}] | slices.0.sources.0.layer_range: found [1, 3], expected at most the 2 layers of b2"
      })
  void layersThatTheModelsDoNotHaveAreRefused(String inputs, String problem)
      throws RecipeException {
    Recipe recipe = Recipes.parse(inputs.replace(" ~ ", "\n") + "\nmerge_method: linear\n");
    assertThatThrownBy(() ->
            MergeLayout.of(Recipes.FILE, recipe, model -> model.toString().endsWith("1") ? 1 : 2))
        .isInstanceOf(RecipeException.class)
        .hasMessage("recipe.yaml: " + problem);
  }

  @ParameterizedTest
  @CsvSource({"model.layers.2.mlp.up_proj.weight", "model.layers.x.weight", "transformer.h.0.w"})
  void namesOutsideTheModelAreRefused(String tensor) throws RecipeException {
    MergeLayout layout = Recipes.layout("models: [{model: a}]\nmerge_method: linear\n", 2);
    assertThatThrownBy(() -> layout.plan(tensor))
        .isInstanceOf(RecipeException.class)
        .hasMessage(
            "recipe.yaml: tensor %s: found no place for it, expected a tensor of a Llama of 2 layers",
            tensor);
  }
}
