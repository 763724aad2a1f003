package org.cycleqd.merge.recipe;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.merge.recipe.MergeInputs.LayerRange;

/** Reads what a recipe merges. */
final class InputsReader {

  private static final String RANGE = "[a, b], the first layer and the one behind the last";

  private InputsReader() {}

  /** The inputs of a recipe or a module, which has either models or slices. */
  static MergeInputs inputs(RecipeNode node) throws RecipeException {
    Optional<RecipeNode> models = node.get("models");
    if (models.isPresent()) {
      List<MergeInputs.Model> whole = models.get().items(InputsReader::model);
      return node.make(() -> new MergeInputs.Models(whole));
    }
    List<MergeInputs.Slice> slices =
        node.required("slices", list -> list.items(InputsReader::slice), "slices");
    return node.make(() -> new MergeInputs.Slices(slices));
  }

  private static MergeInputs.Model model(RecipeNode node) throws RecipeException {
    node.requireKeys("model", "parameters");
    return new MergeInputs.Model(
        node.required("model", RecipeNode::model, "a model"), ParameterReader.parametersOf(node));
  }

  private static MergeInputs.Slice slice(RecipeNode node) throws RecipeException {
    node.requireKeys("sources", "base_model", "parameters");
    List<MergeInputs.Source> sources =
        node.required("sources", list -> list.items(InputsReader::source), "a list of sources");
    Optional<ModelReference> base = node.get("base_model", RecipeNode::model);
    Map<String, ParameterValue> parameters = ParameterReader.parametersOf(node);
    return node.make(() -> new MergeInputs.Slice(sources, base, parameters));
  }

  private static MergeInputs.Source source(RecipeNode node) throws RecipeException {
    node.requireKeys("model", "layer_range", "parameters");
    ModelReference model = node.required("model", RecipeNode::model, "a model");
    LayerRange layers = node.required("layer_range", InputsReader::range, RANGE);
    return new MergeInputs.Source(model, layers, ParameterReader.parametersOf(node));
  }

  private static LayerRange range(RecipeNode node) throws RecipeException {
    List<Integer> ends = node.items(RecipeNode::integer);
    if (ends.size() != 2) {
      throw node.refusal(RANGE);
    }
    int from = ends.get(0);
    int to = ends.get(1);
    if (from < 0 || from >= to) {
      throw node.refusal(ends.toString(), "[a, b] with 0 <= a < b");
    }
    return new LayerRange(from, to);
  }
}
