package org.cycleqd.task.code;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.UnaryOperator;

/**
 * Python values as JSON, where what JSON lacks is an object with one key: {@code t} a tuple, {@code
 * s} a set, {@code d} a map's pairs, {@code c} a complex number.
 *
 * <p>The files of MBPP+ have lost tuples, sets and complex numbers; for some problems they have to
 * be put back before a call.
 */
final class PythonData {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final Map<Integer, UnaryOperator<ArrayNode>> MBPP = repairs();

  private PythonData() {}

  /** Lists of arguments as a file has them. */
  static ArrayNode plain(JsonNode inputs) {
    ArrayNode all = JSON.arrayNode();
    inputs.forEach(arguments -> all.add(value(arguments)));
    return all;
  }

  /** Lists of arguments of the MBPP problem with a number. */
  static ArrayNode mbpp(int number, JsonNode inputs) {
    UnaryOperator<ArrayNode> repair = MBPP.getOrDefault(number, UnaryOperator.identity());
    ArrayNode all = JSON.arrayNode();
    plain(inputs).forEach(arguments -> all.add(repair.apply((ArrayNode) arguments)));
    return all;
  }

  private static JsonNode value(JsonNode json) {
    if (json.isArray()) {
      ArrayNode list = JSON.arrayNode();
      json.forEach(each -> list.add(value(each)));
      return list;
    }
    if (json.isObject()) {
      ArrayNode pairs = JSON.arrayNode();
      for (Entry<String, JsonNode> entry : json.properties()) {
        pairs.addArray().add(entry.getKey()).add(value(entry.getValue()));
      }
      return tagged("d", pairs);
    }
    return json;
  }

  private static JsonNode tagged(String tag, JsonNode content) {
    return JSON.objectNode().set(tag, content);
  }

  private static JsonNode tuple(JsonNode list) {
    return list.isArray() ? tagged("t", list) : list;
  }

  private static ArrayNode each(JsonNode list, UnaryOperator<JsonNode> change) {
    ArrayNode changed = JSON.arrayNode();
    list.forEach(value -> changed.add(change.apply(value)));
    return changed;
  }

  private static JsonNode tuples(JsonNode list) {
    return each(list, PythonData::tuple);
  }

  private static JsonNode tuplesAllTheWay(JsonNode value) {
    return value.isArray() ? tuple(each(value, PythonData::tuplesAllTheWay)) : value;
  }

  private static JsonNode set(JsonNode list) {
    return list.isArray() && !list.isEmpty() ? tagged("s", list) : tagged("d", JSON.arrayNode());
  }

  private static UnaryOperator<ArrayNode> argument(int index, UnaryOperator<JsonNode> change) {
    return arguments -> {
      ArrayNode changed = JSON.arrayNode();
      for (int i = 0; i < arguments.size(); i++) {
        changed.add(i == index ? change.apply(arguments.get(i)) : arguments.get(i));
      }
      return changed;
    };
  }

  private static Map<Integer, UnaryOperator<ArrayNode>> repairs() {
    Map<Integer, UnaryOperator<ArrayNode>> all = new HashMap<>();
    UnaryOperator<ArrayNode> tuples = arguments -> each(arguments, PythonData::tuple);
    List.of(
            2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630,
            726, 740, 744, 809)
        .forEach(number -> all.put(number, tuples));
    UnaryOperator<ArrayNode> lists = arguments -> each(arguments, PythonData::tuples);
    List.of(63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780)
        .forEach(number -> all.put(number, lists));
    List.of(75, 413, 444, 753).forEach(number -> all.put(number, argument(0, PythonData::tuples)));
    List.of(106, 750).forEach(number -> all.put(number, argument(1, PythonData::tuple)));
    List.of(250, 405, 446, 617, 720, 763, 808, 307)
        .forEach(number -> all.put(number, argument(0, PythonData::tuple)));
    UnaryOperator<ArrayNode> nested = arguments -> each(arguments, value -> tuple(tuples(value)));
    List.of(259, 401, 445).forEach(number -> all.put(number, nested));
    all.put(278, argument(0, value -> tuple(tuples(value))));
    all.put(722, argument(0, PythonData::mapOfTuples));
    List.of(580, 615, 791)
        .forEach(number -> all.put(number, list -> each(list, PythonData::tuplesAllTheWay)));
    all.put(115, argument(0, list -> each(list, PythonData::set)));
    all.put(124, arguments -> complex(JSON.arrayNode(), arguments, 1));
    all.put(252, arguments -> complex(JSON.arrayNode(), arguments, 0));
    return Map.copyOf(all);
  }

  private static JsonNode mapOfTuples(JsonNode map) {
    ArrayNode pairs = JSON.arrayNode();
    map.path("d").forEach(pair -> pairs.addArray().add(pair.get(0)).add(tuple(pair.get(1))));
    return tagged("d", pairs);
  }

  /** Floats before an argument that is a complex number, written as a text. */
  private static ArrayNode complex(ArrayNode changed, ArrayNode arguments, int index) {
    for (int i = 0; i < arguments.size(); i++) {
      JsonNode value = arguments.get(i);
      if (i == index) {
        changed.add(tagged("c", value.isTextual() ? value : JSON.textNode(value.asText())));
      } else {
        changed.add(
            value.isTextual() ? Double.parseDouble(value.textValue()) : value.doubleValue());
      }
    }
    return changed;
  }
}
