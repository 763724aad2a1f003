package org.cycleqd.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cycleqd.experiment.ConfigType.Fields;
import org.jspecify.annotations.Nullable;

/** Writes a configuration with all its values, so that {@link ConfigReader} reads it back equal. */
public final class ConfigWriter {

  private ConfigWriter() {}

  /** The configuration as YAML; components that are null are left out. */
  public static String write(Record config) {
    YAMLMapper mapper =
        new YAMLMapper(
            YAMLFactory.builder()
                .disable(Feature.WRITE_DOC_START_MARKER)
                .disable(Feature.SPLIT_LINES)
                .enable(Feature.MINIMIZE_QUOTES)
                .enable(Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .build());
    try {
      return mapper.writeValueAsString(plain(config));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values are always writable", e);
    }
  }

  private static Object plain(Object value) {
    return switch (value) {
      case Record item -> record(item);
      case Enum<?> constant -> ConfigType.kebabCase(constant);
      case Path path -> path.toString();
      case List<?> items -> items.stream().map(ConfigWriter::plain).toList();
      case Map<?, ?> entries -> {
        Map<String, Object> values = new LinkedHashMap<>();
        entries.forEach((key, entry) -> values.put(key.toString(), plain(entry)));
        yield values;
      }
      default -> value;
    };
  }

  private static Object record(Record value) {
    Fields fields = Fields.of(value.getClass());
    Map<String, Object> values = new LinkedHashMap<>();
    Discriminator discriminator = declared(value);
    if (discriminator != null) {
      values.put(discriminator.value(), ConfigType.kebabCase(value.getClass()));
    }
    fields
        .fields()
        .forEach((key, component) -> {
          Object member = read(value, component);
          if (member != null) {
            values.put(key, plain(member));
          }
        });
    return fields.tuple() ? new ArrayList<>(values.values()) : values;
  }

  /** The discriminator of the sealed interface that a record belongs to, if any. */
  private static @Nullable Discriminator declared(Object value) {
    for (Class<?> parent : value.getClass().getInterfaces()) {
      if (parent.isAnnotationPresent(Discriminator.class)) {
        return parent.getAnnotation(Discriminator.class);
      }
    }
    return null;
  }

  private static @Nullable Object read(Record value, RecordComponent component) {
    try {
      return component.getAccessor().invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " is not readable", e);
    }
  }
}
