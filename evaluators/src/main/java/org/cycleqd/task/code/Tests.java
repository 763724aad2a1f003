package org.cycleqd.task.code;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** How programs for a problem are judged. */
sealed interface Tests {

  /** Processor seconds that an answer has; where the reference is slow, five times its own more. */
  int SECONDS = 3;

  /** The judge's request, without the program. */
  ObjectNode request(String key, String entry);

  /**
   * The outputs on inputs must be those of a reference.
   *
   * @param program the reference, whole
   * @param inputs lists of arguments, as {@link PythonData}
   * @param tolerance the largest distance of floats; 0 for 1e-6 where floats are expected
   */
  record Inputs(String program, JsonNode inputs, double tolerance) implements Tests {
    @Override
    public ObjectNode request(String key, String entry) {
      ObjectNode request = common("inputs", entry);
      request.put("key", key).put("reference", program).put("atol", tolerance);
      request.set("inputs", inputs);
      return request;
    }
  }

  /**
   * A program must end without an exception.
   *
   * @param program may use the names that the answer defines
   * @param reference an answer, whole, by whose time slow answers are measured
   */
  record Assertions(String program, String reference) implements Tests {
    @Override
    public ObjectNode request(String key, String entry) {
      return common("tests", entry)
          .put("tests", program)
          .put("key", key)
          .put("reference", reference);
    }
  }

  private static ObjectNode common(String kind, String entry) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("kind", kind)
        .put("entry", entry)
        .put("seconds", SECONDS);
  }
}
