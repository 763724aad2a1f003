package org.cycleqd.merge.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.cycleqd.merge.recipe.ParameterValue.Constant;
import org.cycleqd.merge.recipe.ParameterValue.Entry;
import org.cycleqd.merge.recipe.ParameterValue.Filtered;
import org.cycleqd.merge.recipe.ParameterValue.Flag;
import org.cycleqd.merge.recipe.ParameterValue.Gradient;
import org.cycleqd.merge.recipe.ParameterValue.Scalar;
import org.cycleqd.merge.recipe.ParameterValue.Text;
import org.cycleqd.merge.recipe.ParameterValue.Unconditional;

/** Reads the values of parameters. */
final class ParameterReader {

  private static final String VALUE = "a number, true, false, a name or a list";

  private ParameterReader() {}

  /** The parameters of a model, a source, a slice or the recipe; none if the key is absent. */
  static SequencedMap<String, ParameterValue> parametersOf(RecipeNode owner)
      throws RecipeException {
    return owner
        .get("parameters", parameters -> parameters.entries(ParameterReader::value))
        .orElseGet(LinkedHashMap::new);
  }

  private static ParameterValue value(RecipeNode node) throws RecipeException {
    JsonNode value = node.value();
    return value.isArray() && !value.isEmpty() && value.get(0).isObject()
        ? new Filtered(node.items(ParameterReader::entry))
        : unconditional(node);
  }

  private static Entry entry(RecipeNode node) throws RecipeException {
    node.requireKeys("filter", "value");
    return new Entry(
        node.get("filter", RecipeNode::text),
        node.required("value", ParameterReader::unconditional, VALUE));
  }

  private static Unconditional unconditional(RecipeNode node) throws RecipeException {
    if (!node.value().isArray()) {
      return constant(node);
    }
    List<Double> anchors = node.items(ParameterReader::anchor);
    if (anchors.isEmpty()) {
      throw node.refusal("at least one number");
    }
    return new Gradient(anchors);
  }

  private static Constant constant(RecipeNode node) throws RecipeException {
    JsonNode value = node.value();
    if (value.isBoolean()) {
      return new Flag(value.booleanValue());
    }
    if (value.isTextual()) {
      return new Text(value.textValue());
    }
    if (!value.isNumber()) {
      throw node.refusal(VALUE);
    }
    return new Scalar(node.finite());
  }

  /** A flag is a number too, 0 or 1, as for the peer. */
  private static double anchor(RecipeNode node) throws RecipeException {
    if (node.value().isBoolean()) {
      return node.value().booleanValue() ? 1 : 0;
    }
    return node.finite();
  }
}
