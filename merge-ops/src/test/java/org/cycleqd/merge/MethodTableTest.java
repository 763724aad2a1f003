package org.cycleqd.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.cycleqd.merge.method.MergeMethods;
import org.cycleqd.merge.method.Parameter;
import org.cycleqd.merge.method.Signature;
import org.junit.jupiter.api.Test;

/** The documented table of methods against the methods. */
class MethodTableTest {

  private static final Path README =
      Path.of(System.getProperty("cycleqd.root"), "merge-ops", "README.md");

  @Test
  void theTableNamesEveryMethodWithItsParametersAndDefaults() throws IOException {
    List<String> documented =
        Files.readAllLines(README).stream()
            .dropWhile(line -> !line.startsWith("| `merge_method` | Base"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1))
            .toList();
    assertThat(documented)
        .containsExactlyElementsOf(
            MergeMethods.all().values().stream().map(method -> row(method.signature())).toList());
  }

  /** A row without what the method does. */
  private static String row(Signature signature) {
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            signature.name(),
            switch (signature.base()) {
              case REQUIRED -> "needed";
              case OPTIONAL -> "optional";
              case LISTED -> "if listed";
              case INPUT -> "one more";
            },
            models(signature),
            parameters(signature.perModel()),
            parameters(signature.perTensor()));
  }

  private static String models(Signature signature) {
    return signature.minimum() == signature.maximum()
        ? Integer.toString(signature.minimum())
        : signature.minimum() + " or more";
  }

  private static String parameters(List<Parameter> parameters) {
    return parameters.stream().map(MethodTableTest::parameter).collect(Collectors.joining(", "));
  }

  private static String parameter(Parameter parameter) {
    return "`%s`".formatted(parameter.name())
        + parameter.fallback().map(value -> " " + text(value)).orElse("");
  }

  private static String text(Object value) {
    return value instanceof Double number && number == Math.rint(number)
        ? Long.toString(number.longValue())
        : value.toString().replace(".0E", "e");
  }
}
