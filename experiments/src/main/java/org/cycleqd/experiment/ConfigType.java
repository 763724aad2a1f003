package org.cycleqd.experiment;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a value of a configuration may look like, derived from a Java type. */
sealed interface ConfigType {

  /** What is expected, in words for an error message. */
  String expected();

  /** Derives the description of a record component's type. */
  static ConfigType of(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) {
        return new Items(of(arguments[0]));
      }
      if (generic.getRawType() == Map.class && arguments[0] == String.class) {
        return new Entries(of(arguments[1]));
      }
    }
    return type instanceof Class<?> plain ? ofClass(plain) : unsupported(type);
  }

  private static ConfigType ofClass(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (type == long.class || type == Long.class) {
      return new Whole(Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type == double.class || type == Double.class) {
      return new Decimal();
    }
    if (type == boolean.class || type == Boolean.class) {
      return new Flag();
    }
    if (type == String.class) {
      return new Words();
    }
    if (type == Path.class) {
      return new Location();
    }
    if (type.isEnum()) {
      return new Choice(
          Arrays.stream(type.getEnumConstants())
              .map(Enum.class::cast)
              .collect(
                  Collectors.toMap(
                      ConfigType::kebabCase, e -> e, (a, b) -> a, LinkedHashMap::new)));
    }
    Discriminator discriminator = type.getAnnotation(Discriminator.class);
    if (type.isSealed() && discriminator != null) {
      return new Variants(
          discriminator.value(),
          Arrays.stream(type.getPermittedSubclasses())
              .collect(
                  Collectors.toMap(
                      ConfigType::kebabCase, Fields::of, (a, b) -> a, LinkedHashMap::new)));
    }
    return type.isRecord() ? Fields.of(type) : unsupported(type);
  }

  private static ConfigType unsupported(Type type) {
    throw new IllegalArgumentException("no configuration can hold a " + type);
  }

  /** A constant's spelling in a configuration: {@code LAYER_GROUP} is {@code layer-group}. */
  static String kebabCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A record's spelling as a variant: {@code ExpertBasis} is {@code expert-basis}. */
  static String kebabCase(Class<?> variant) {
    return separated(variant.getSimpleName(), "-");
  }

  private static String separated(String camelCase, String separator) {
    return camelCase.replaceAll("(?<=[a-z0-9])(?=[A-Z])", separator).toLowerCase(Locale.ROOT);
  }

  /** An int or long. */
  record Whole(long low, long high) implements ConfigType {
    @Override
    public String expected() {
      return "a whole number";
    }
  }

  /** A double. */
  record Decimal() implements ConfigType {
    @Override
    public String expected() {
      return "a number";
    }
  }

  /** A boolean. */
  record Flag() implements ConfigType {
    @Override
    public String expected() {
      return "true or false";
    }
  }

  /** A string. */
  record Words() implements ConfigType {
    @Override
    public String expected() {
      return "text";
    }
  }

  /** A path. */
  record Location() implements ConfigType {
    @Override
    public String expected() {
      return "a path";
    }
  }

  /** An enum. */
  record Choice(Map<String, Enum<?>> constants) implements ConfigType {
    @Override
    public String expected() {
      return NearestName.oneOf(List.copyOf(constants.keySet()));
    }
  }

  /** A list. */
  record Items(ConfigType item) implements ConfigType {
    @Override
    public String expected() {
      return "a list";
    }
  }

  /** A map with free keys. */
  record Entries(ConfigType value) implements ConfigType {
    @Override
    public String expected() {
      return "a mapping";
    }
  }

  /** A sealed interface over records, told apart by the value of a key. */
  record Variants(String key, Map<String, Fields> types) implements ConfigType {
    @Override
    public String expected() {
      return "a mapping with the key " + key;
    }
  }

  /**
   * A record.
   *
   * @param fields the components by key, in the order of the record
   * @param tuple whether it is written as a list
   */
  record Fields(Class<?> type, Map<String, RecordComponent> fields, boolean tuple)
      implements ConfigType {

    static Fields of(Class<?> type) {
      Map<String, RecordComponent> fields = new LinkedHashMap<>();
      for (RecordComponent component : type.getRecordComponents()) {
        fields.put(separated(component.getName(), "_"), component);
      }
      return new Fields(type, fields, type.isAnnotationPresent(Tuple.class));
    }

    Set<String> keys() {
      return fields.keySet();
    }

    ConfigType typeOf(String key) {
      return ConfigType.of(field(key).getGenericType());
    }

    /** Whether the key may be left out although it has no default. */
    boolean optional(String key) {
      return field(key).getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    boolean keepsRelativePath(String key) {
      return field(key).isAnnotationPresent(WorkingDirectory.class);
    }

    /** The default of a key as YAML, or null if it has none. */
    @Nullable String defaultOf(String key) {
      Default value = field(key).getAnnotation(Default.class);
      return value == null ? null : value.value();
    }

    /** The default of a key as a tree, or null if it has none. */
    @Nullable ConfigNode defaultOf(String key, Origin origin) {
      String value = defaultOf(key);
      return value == null ? null : YamlTree.parse(value, origin.onLine(0));
    }

    private RecordComponent field(String key) {
      RecordComponent component = fields.get(key);
      if (component == null) {
        throw new IllegalArgumentException(type.getSimpleName() + " has no key " + key);
      }
      return component;
    }

    @Override
    public String expected() {
      return tuple
          ? "a list of " + fields.size() + " (" + String.join(", ", keys()) + ")"
          : "a mapping with the keys " + String.join(", ", keys());
    }
  }
}
