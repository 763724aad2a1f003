package org.cycleqd.experiment;

import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.cycleqd.experiment.ConfigNode.Kind;
import org.cycleqd.experiment.ConfigNode.Scalar;
import org.cycleqd.experiment.ConfigType.Choice;
import org.cycleqd.experiment.ConfigType.Whole;

/** Turns single values into numbers, text, paths and enum constants. */
final class ScalarBinder {

  private static final String WHOLE = "[-+]?(0|[1-9][0-9_]*)";
  private static final String DECIMAL = "[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?";

  private ScalarBinder() {}

  static Object bind(ConfigNode node, ConfigType type, String path) {
    if (!(node instanceof Scalar scalar) || node.empty()) {
      throw RecordBinder.unexpected(node, path, type.expected());
    }
    return switch (type) {
      case Whole whole -> whole(scalar, whole, path);
      case ConfigType.Decimal _ -> decimal(scalar, path);
      case ConfigType.Flag flag -> {
        if (scalar.kind() != Kind.BOOLEAN) {
          throw RecordBinder.unexpected(node, path, flag.expected());
        }
        yield Boolean.valueOf(scalar.text());
      }
      case ConfigType.Words _ -> scalar.text();
      case ConfigType.Location _ ->
          scalar.origin().folder().resolve(path(node, path)).toAbsolutePath().normalize();
      case Choice choice -> choice(scalar, choice, path);
      default -> throw RecordBinder.unexpected(node, path, type.expected());
    };
  }

  /** A path as it is written, but for a leading {@code ~/}. */
  static Path path(ConfigNode node, String path) {
    ConfigType type = new ConfigType.Location();
    if (!(node instanceof Scalar scalar) || scalar.text().isEmpty()) {
      throw RecordBinder.unexpected(node, path, type.expected());
    }
    try {
      return scalar.text().startsWith("~/")
          ? Path.of(System.getProperty("user.home"), scalar.text().substring(2))
          : Path.of(scalar.text());
    } catch (InvalidPathException e) {
      throw RecordBinder.unexpected(node, path, type.expected() + " (" + e.getReason() + ")");
    }
  }

  /** A hint at the nearest of the known values, or nothing. */
  static String meant(String name, List<String> known) {
    return NearestName.of(name, known).map(near -> "; did you mean " + near + "?").orElse("");
  }

  private static Object whole(Scalar scalar, Whole type, String path) {
    if (scalar.kind() != Kind.NUMBER || !scalar.text().matches(WHOLE)) {
      throw RecordBinder.unexpected(scalar, path, type.expected());
    }
    BigInteger value = new BigInteger(scalar.text().replace("_", ""));
    if (value.compareTo(BigInteger.valueOf(type.low())) < 0
        || value.compareTo(BigInteger.valueOf(type.high())) > 0) {
      throw RecordBinder.unexpected(
          scalar, path, "%s from %d to %d".formatted(type.expected(), type.low(), type.high()));
    }
    if (type.high() == Integer.MAX_VALUE) {
      return value.intValue();
    }
    return value.longValue();
  }

  private static Double decimal(Scalar scalar, String path) {
    // YAML 1.1 takes 3e-3 for text because it has no point.
    if (scalar.kind() == Kind.BOOLEAN || !scalar.text().matches(DECIMAL)) {
      throw RecordBinder.unexpected(scalar, path, new ConfigType.Decimal().expected());
    }
    double value = Double.parseDouble(scalar.text());
    if (!Double.isFinite(value)) {
      throw RecordBinder.unexpected(scalar, path, "a finite number");
    }
    return value;
  }

  private static Enum<?> choice(Scalar scalar, Choice type, String path) {
    Enum<?> constant = type.constants().get(scalar.text());
    if (constant == null) {
      List<String> known = List.copyOf(type.constants().keySet());
      throw RecordBinder.unexpected(scalar, path, type.expected() + meant(scalar.text(), known));
    }
    return constant;
  }
}
