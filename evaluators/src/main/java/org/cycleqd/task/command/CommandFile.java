package org.cycleqd.task.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.cycleqd.task.Asking;
import org.cycleqd.task.data.DataFile;

/**
 * Reads the file of a command task, strictly: {@code {"argv": ["python3", "judge.py",
 * "{endpoint}"], "environment": ["PATH"], "timeout": 600}}.
 */
final class CommandFile {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Set<String> KEYS = Set.of("argv", "environment", "timeout");
  private static final List<String> USUAL = List.of("PATH", "HOME", "LANG");
  private static final double USUAL_SECONDS = 600;
  private static final double MOST_SECONDS = 7 * 24 * 3600;
  private static final double MILLIS = 1000;

  private final String name;

  private CommandFile(String name) {
    this.name = name;
  }

  /**
   * Reads a command.
   *
   * @throws IllegalArgumentException naming file and field
   */
  static Asking.Program read(DataFile data, Path file) {
    return new CommandFile(data.name())
        .read(data.text(), Path.of("").toAbsolutePath().resolve(file).resolveSibling(""));
  }

  private Asking.Program read(String text, Path folder) {
    JsonNode root;
    try {
      root = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s: not JSON: %s".formatted(name, e.getOriginalMessage()), e);
    }
    if (!root.isObject()) {
      throw wrong("the file", root, "an object with the key argv");
    }
    root.fieldNames()
        .forEachRemaining(key -> {
          if (!KEYS.contains(key)) {
            throw new IllegalArgumentException(
                "%s: unknown key %s, known: argv, environment, timeout".formatted(name, key));
          }
        });
    List<String> arguments = texts(root.path("argv"), "argv", List.of());
    if (arguments.isEmpty()) {
      throw wrong("argv", root.path("argv"), "a program and its arguments");
    }
    if (arguments.stream()
        .noneMatch(word -> word.contains("{endpoint}") || word.contains("{folder}"))) {
      throw wrong(
          "argv", root.path("argv"), "{endpoint} or {folder} in it, else there is no model");
    }
    List<String> environment = texts(root.path("environment"), "environment", USUAL);
    return new Asking.Program(arguments, environment, limit(root.path("timeout")), folder);
  }

  private Duration limit(JsonNode node) {
    double seconds = node.isMissingNode() ? USUAL_SECONDS : node.asDouble(Double.NaN);
    if (!(node.isMissingNode() || node.isNumber()) || !(seconds > 0 && seconds <= MOST_SECONDS)) {
      throw wrong("timeout", node, "seconds, above 0 and up to a week");
    }
    return Duration.ofMillis(Math.max(1, Math.round(seconds * MILLIS)));
  }

  private List<String> texts(JsonNode node, String field, List<String> usual) {
    if (node.isMissingNode()) {
      return usual;
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode each : node) {
      if (!each.isTextual()) {
        throw wrong(field + "." + texts.size(), each, "a text");
      }
      texts.add(each.textValue());
    }
    if (!node.isArray()) {
      throw wrong(field, node, "a list of texts");
    }
    return texts;
  }

  private IllegalArgumentException wrong(String field, JsonNode found, String expected) {
    return new IllegalArgumentException(
        "%s: %s: found %s, expected %s"
            .formatted(name, field, found.isMissingNode() ? "nothing" : found, expected));
  }
}
