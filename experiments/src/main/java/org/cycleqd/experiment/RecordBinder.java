package org.cycleqd.experiment;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cycleqd.experiment.ConfigNode.Mapping;
import org.cycleqd.experiment.ConfigNode.Sequence;
import org.cycleqd.experiment.ConfigType.Entries;
import org.cycleqd.experiment.ConfigType.Fields;
import org.cycleqd.experiment.ConfigType.Items;
import org.cycleqd.experiment.ConfigType.Variants;
import org.jspecify.annotations.Nullable;

/** Turns a {@link ConfigNode} into records, strictly. */
final class RecordBinder {

  private RecordBinder() {}

  /** The path of a key seen from the root: {@code search.mutations.0}. */
  static String join(String path, Object key) {
    return path.isEmpty() ? key.toString() : path + "." + key;
  }

  static ConfigException unexpected(ConfigNode node, String path, String expected) {
    return path.isEmpty()
        ? new ConfigException(node.origin(), "is " + node.found() + ", expected " + expected)
        : new ConfigException(
            node.origin(),
            "`%s`%s is %s, expected %s"
                .formatted(path, node.origin().at(), node.found(), expected));
  }

  static ConfigException unknownKey(Origin key, String path, Iterable<String> known, String name) {
    List<String> names = new ArrayList<>();
    known.forEach(names::add);
    return new ConfigException(
        key, "unknown key `%s`%s%s".formatted(path, key.at(), NearestName.hint(name, names)));
  }

  static Object bind(ConfigNode node, ConfigType type, String path) {
    return switch (type) {
      case Fields fields when fields.tuple() -> tuple(node, fields, path);
      case Fields fields -> record(mapping(node, type, path), fields, path, null);
      case Variants variants -> {
        Mapping mapping = mapping(node, type, path);
        yield record(mapping, variant(mapping, variants, path), path, variants.key());
      }
      case Items items -> items(node, items, path);
      case Entries entries -> entries(mapping(node, type, path), entries, path);
      default -> ScalarBinder.bind(node, type, path);
    };
  }

  /** The record that the mapping's discriminator names. */
  static Fields variant(Mapping mapping, Variants variants, String path) {
    String key = join(path, variants.key());
    List<String> known = List.copyOf(variants.types().keySet());
    ConfigNode node = mapping.get(variants.key());
    if (node == null) {
      throw missing(mapping, key, NearestName.oneOf(known));
    }
    String name = (String) ScalarBinder.bind(node, new ConfigType.Words(), key);
    Fields fields = variants.types().get(name);
    if (fields == null) {
      throw unexpected(node, key, NearestName.oneOf(known) + ScalarBinder.meant(name, known));
    }
    return fields;
  }

  private static Mapping mapping(ConfigNode node, ConfigType type, String path) {
    if (node instanceof Mapping mapping) {
      return mapping;
    }
    throw unexpected(node, path, type.expected());
  }

  private static Object items(ConfigNode node, Items type, String path) {
    if (!(node instanceof Sequence sequence)) {
      throw unexpected(node, path, type.expected());
    }
    List<Object> values = new ArrayList<>();
    for (ConfigNode item : sequence.items()) {
      values.add(bind(item, type.item(), join(path, values.size())));
    }
    return List.copyOf(values);
  }

  private static Object entries(Mapping mapping, Entries type, String path) {
    Map<String, Object> values = new LinkedHashMap<>();
    mapping
        .members()
        .forEach(
            (key, member) -> values.put(key, bind(member.value(), type.value(), join(path, key))));
    return Collections.unmodifiableMap(values);
  }

  private static Object tuple(ConfigNode node, Fields type, String path) {
    if (!(node instanceof Sequence sequence) || sequence.items().size() != type.keys().size()) {
      throw unexpected(node, path, type.expected());
    }
    List<@Nullable Object> values = new ArrayList<>();
    for (String key : type.keys()) {
      int index = values.size();
      values.add(bind(sequence.items().get(index), type.typeOf(key), join(path, index)));
    }
    return construct(type, values, node, path);
  }

  private static Object record(
      Mapping mapping, Fields type, String path, @Nullable String discriminator) {
    mapping
        .members()
        .forEach((key, member) -> {
          if (!type.fields().containsKey(key) && !key.equals(discriminator)) {
            throw unknownKey(member.key(), join(path, key), type.keys(), key);
          }
        });
    List<@Nullable Object> values = new ArrayList<>();
    for (String key : type.keys()) {
      values.add(component(mapping, type, key, join(path, key)));
    }
    return construct(type, values, mapping, path);
  }

  private static @Nullable Object component(Mapping mapping, Fields type, String key, String path) {
    ConfigNode node = mapping.get(key);
    if (node != null && node.empty() && type.optional(key)) {
      return null;
    }
    if (node == null) {
      node = type.defaultOf(key, mapping.origin());
    }
    if (node == null && type.optional(key)) {
      return null;
    }
    ConfigType expected = type.typeOf(key);
    if (node == null) {
      throw missing(mapping, path, expected.expected());
    }
    return expected instanceof ConfigType.Location && type.keepsRelativePath(key)
        ? ScalarBinder.path(node, path)
        : bind(node, expected, path);
  }

  private static ConfigException missing(ConfigNode parent, String path, String expected) {
    String place = parent.origin().line() > 0 ? " from the mapping" + parent.origin().at() : "";
    return new ConfigException(
        parent.origin(), "`%s` is missing%s, expected %s".formatted(path, place, expected));
  }

  private static Object construct(
      Fields type, List<@Nullable Object> values, ConfigNode node, String path) {
    try {
      Constructor<?> constructor =
          type.type()
              .getDeclaredConstructor(
                  type.fields().values().stream()
                      .map(RecordComponent::getType)
                      .toArray(Class<?>[]::new));
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InvalidFieldException invalid) {
        Origin origin = originOf(node, type, invalid.field());
        throw new ConfigException(
            origin,
            "`%s`%s %s".formatted(join(path, invalid.field()), origin.at(), invalid.problem()),
            invalid);
      }
      throw new IllegalStateException(type.type() + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.type() + " has no usable canonical constructor", e);
    }
  }

  /** The deepest place that was written on the way to a field. */
  private static Origin originOf(ConfigNode node, Fields type, String field) {
    ConfigNode place = node;
    for (String key : field.split("\\.", -1)) {
      ConfigNode next =
          switch (place) {
            case Mapping mapping -> mapping.get(key);
            case Sequence sequence when type.tuple() ->
                sequence.items().get(List.copyOf(type.keys()).indexOf(key));
            case Sequence sequence -> sequence.items().get(Integer.parseInt(key));
            case ConfigNode.Scalar _ -> null;
          };
      if (next == null) {
        break;
      }
      place = next;
    }
    return place.origin();
  }
}
