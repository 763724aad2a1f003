package org.cycleqd.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How lm-evaluation-harness writes JSON. */
final class HarnessJson {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int LEAST_TEXT = 20;

  private HarnessJson() {}

  /** The text that a document's hash is taken of: two spaces for each level, no escapes. */
  static String text(JsonNode document) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    Separators separators =
        Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
            .withArrayEmptySeparator("")
            .withObjectEmptySeparator("");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(separators)
            .withObjectIndenter(indenter)
            .withArrayIndenter(indenter);
    try {
      return MAPPER.writer(printer).writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always writable", e);
    }
  }

  /**
   * A log-probability, which may be a text.
   *
   * @throws IllegalArgumentException naming file, line and field
   */
  static double number(String file, int index, int choice, JsonNode node) {
    try {
      return switch (node.asText().toLowerCase(Locale.ROOT)) {
        case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
        case "inf", "infinity" -> Double.POSITIVE_INFINITY;
        default -> Double.parseDouble(node.asText());
      };
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s: line %d: filtered_resps.%d: found %s, expected a log-probability"
              .formatted(file, index + 1, choice, node.isMissingNode() ? "nothing" : node),
          e);
    }
  }

  /** The prompt among the arguments of a line, in the form of later or earlier versions. */
  static String prompt(JsonNode arguments) {
    return arguments.isArray()
        ? arguments.path(0).path(0).asText()
        : arguments.path("gen_args_0").path("arg_0").asText();
  }

  /** Texts of a document that are long enough to know it by. */
  static List<String> texts(JsonNode document) {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : document) {
      if (value.isTextual() && value.textValue().strip().length() >= LEAST_TEXT) {
        texts.add(value.textValue().strip());
      }
    }
    return texts;
  }
}
