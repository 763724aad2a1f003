package org.cycleqd.experiment;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Reads a YAML configuration into a tree of records and refuses what does not fit.
 *
 * <p>Unknown and duplicate keys, missing fields, wrong types and values outside their range are
 * errors that name the source, the line, the path of the key, what was found and what was expected.
 * An override has the form {@code path.to.field=value}: list items by number counted from 0, the
 * value in YAML. Paths in the file are relative to the file's folder, paths in an override to the
 * working directory; {@code ~/} is the home directory.
 */
public final class ConfigReader {

  private ConfigReader() {}

  /**
   * Reads a file.
   *
   * @param type the record at the root
   * @param overrides applied in order
   * @throws ConfigException if the file cannot be read or does not describe a {@code type}
   */
  public static <T extends Record> T read(Path file, Class<T> type, List<String> overrides) {
    return load(file, (text, origin) -> parse(text, origin, type, overrides));
  }

  /**
   * Reads the configuration of a run; one with the key {@code synthetic} is a {@link
   * SyntheticConfig}, any other an {@link ExperimentConfig}.
   *
   * @param overrides applied in order
   * @throws ConfigException as above
   */
  public static RunConfig readRun(Path file, List<String> overrides) {
    return load(
        file,
        (text, origin) ->
            YamlTree.parse(text, origin) instanceof ConfigNode.Mapping mapping
                    && mapping.get("synthetic") != null
                ? parse(text, origin, SyntheticConfig.class, overrides)
                : parse(text, origin, ExperimentConfig.class, overrides));
  }

  private static <T> T load(Path file, BiFunction<String, Origin, T> parser) {
    Path folder = file.toAbsolutePath().resolveSibling("").normalize();
    try {
      return parser.apply(Files.readString(file), new Origin(file.toString(), folder, 1));
    } catch (NoSuchFileException e) {
      throw new ConfigException(file + ": no such file");
    } catch (MalformedInputException e) {
      throw new ConfigException(file + ": is not UTF-8 text");
    } catch (IOException e) {
      throw new ConfigException(
          file + ": " + (Files.isDirectory(file) ? "is a folder, expected a file" : "unreadable"));
    }
  }

  /** Reads a text; see {@link #read}. */
  static <T extends Record> T parse(
      String yaml, Origin origin, Class<T> type, List<String> overrides) {
    ConfigType root = ConfigType.of(type);
    ConfigNode tree = YamlTree.parse(yaml, origin);
    for (String override : overrides) {
      tree = Overrides.apply(tree, root, override);
    }
    return type.cast(RecordBinder.bind(tree, root, ""));
  }
}
