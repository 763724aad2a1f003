package org.cycleqd.experiment;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cycleqd.experiment.ConfigNode.Mapping;
import org.cycleqd.experiment.ConfigNode.Scalar;
import org.cycleqd.experiment.ConfigNode.Sequence;
import org.cycleqd.experiment.ConfigType.Entries;
import org.cycleqd.experiment.ConfigType.Fields;
import org.cycleqd.experiment.ConfigType.Items;
import org.cycleqd.experiment.ConfigType.Variants;
import org.jspecify.annotations.Nullable;

/** Applies one {@code path.to.field=value} to a tree, along the types of the records. */
final class Overrides {

  private final Origin origin;
  private final List<String> keys;
  private final ConfigNode value;

  private Overrides(Origin origin, List<String> keys, ConfigNode value) {
    this.origin = origin;
    this.keys = keys;
    this.value = value;
  }

  /**
   * Replaces or adds one value.
   *
   * @param assignment path and value; the value is YAML, paths in it start from the working
   *     directory
   */
  static ConfigNode apply(ConfigNode root, ConfigType type, String assignment) {
    Origin origin = new Origin("--set " + assignment, Path.of("").toAbsolutePath(), 0);
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      throw new ConfigException(origin, "expected path.to.field=value");
    }
    List<String> keys = List.of(assignment.substring(0, equals).strip().split("\\.", -1));
    ConfigNode value = YamlTree.parse(assignment.substring(equals + 1), origin);
    return new Overrides(origin, keys, value).set(root, type, 0);
  }

  private ConfigNode set(ConfigNode node, ConfigType type, int depth) {
    if (depth == keys.size()) {
      return value;
    }
    return switch (type) {
      case Fields fields when fields.tuple() -> item(node, fields, depth);
      case Fields fields -> field(node, fields, depth);
      case Variants variants -> variant(node, variants, depth);
      case Items items -> item(node, items, depth);
      case Entries entries -> entry(node, entries, depth);
      default ->
          throw new ConfigException(
              origin,
              "`%s` is %s and has no key `%s`"
                  .formatted(path(depth), type.expected(), keys.get(depth)));
    };
  }

  private ConfigNode field(ConfigNode node, Fields type, int depth) {
    Mapping mapping = mapping(node, type, depth);
    String key = keys.get(depth);
    if (!type.fields().containsKey(key)) {
      throw RecordBinder.unknownKey(origin, path(depth + 1), type.keys(), key);
    }
    ConfigNode child = mapping.get(key);
    if (child == null || child.empty()) {
      child = type.defaultOf(key, mapping.origin());
    }
    ConfigType childType = type.typeOf(key);
    return mapping.with(key, set(child == null ? blank(childType) : child, childType, depth + 1));
  }

  private ConfigNode variant(ConfigNode node, Variants type, int depth) {
    Mapping mapping = mapping(node, type, depth);
    if (!keys.get(depth).equals(type.key()) || depth + 1 < keys.size()) {
      return field(mapping, RecordBinder.variant(mapping, type, path(depth)), depth);
    }
    return value instanceof Scalar named
            && mapping.get(type.key()) instanceof Scalar present
            && !named.text().equals(present.text())
        ? new Mapping(origin, Map.of()).with(type.key(), value) // the other's keys do not fit it
        : mapping.with(type.key(), value);
  }

  private ConfigNode item(ConfigNode node, ConfigType type, int depth) {
    if (!(node instanceof Sequence sequence)) {
      throw RecordBinder.unexpected(node, path(depth), type.expected());
    }
    int size = sequence.items().size();
    String key = keys.get(depth);
    if (!key.matches("[0-9]{1,6}") || Integer.parseInt(key) >= size) {
      String allowed =
          size == 0 ? "the list is empty" : "expected a number from 0 to " + (size - 1);
      throw new ConfigException(
          origin, "`%s` is not in the list; %s".formatted(path(depth + 1), allowed));
    }
    int index = Integer.parseInt(key);
    ConfigType itemType =
        switch (type) {
          case Items items -> items.item();
          case Fields tuple -> tuple.typeOf(List.copyOf(tuple.keys()).get(index));
          default -> throw new IllegalStateException("no items in " + type);
        };
    return sequence.with(index, set(sequence.items().get(index), itemType, depth + 1));
  }

  private ConfigNode entry(ConfigNode node, Entries type, int depth) {
    Mapping mapping = mapping(node, type, depth);
    @Nullable ConfigNode child = mapping.get(keys.get(depth));
    return mapping.with(
        keys.get(depth), set(child == null ? blank(type.value()) : child, type.value(), depth + 1));
  }

  private Mapping mapping(ConfigNode node, ConfigType type, int depth) {
    if (node.empty()) {
      return new Mapping(origin, Map.of());
    }
    if (node instanceof Mapping mapping) {
      return mapping;
    }
    throw RecordBinder.unexpected(node, path(depth), type.expected());
  }

  /** What stands where nothing was written yet. */
  private ConfigNode blank(ConfigType type) {
    return switch (type) {
      case Items _ -> new Sequence(origin, List.of());
      case Fields fields when fields.tuple() -> new Sequence(origin, List.of());
      default -> new Mapping(origin, Map.of());
    };
  }

  private String path(int depth) {
    return String.join(".", keys.subList(0, depth));
  }
}
