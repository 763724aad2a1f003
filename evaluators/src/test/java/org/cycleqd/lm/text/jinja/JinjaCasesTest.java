package org.cycleqd.lm.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Renders what Jinja2 itself has rendered; SOURCE.md beside the cases says how. */
class JinjaCasesTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-07-26T00:00:00Z"), ZoneOffset.UTC);

  @TestFactory
  Stream<DynamicTest> everyCaseIsJinjas() throws IOException {
    ObjectMapper json = new ObjectMapper();
    Map<String, Object> variables;
    List<JsonNode> cases;
    try (InputStream given = resource("variables.json");
        InputStream lines = resource("jinja2-cases.jsonl")) {
      variables = json.readValue(given, new TypeReference<>() {});
      cases = json.readerFor(JsonNode.class).<JsonNode>readValues(lines).readAll();
    }
    assertThat(cases).hasSizeGreaterThan(200);
    return cases.stream()
        .map(node ->
            DynamicTest.dynamicTest(
                node.get("template").textValue(), () -> check(node, variables)));
  }

  private static void check(JsonNode node, Map<String, Object> variables) {
    String template = node.get("template").textValue();
    if (node.has("text") && !node.has("refused")) {
      assertThat(Template.parse("case", template).render(variables, CLOCK, Limits.STANDARD))
          .isEqualTo(node.get("text").textValue());
    } else {
      assertThatExceptionOfType(TemplateException.class)
          .isThrownBy(
              () -> Template.parse("case", template).render(variables, CLOCK, Limits.STANDARD))
          .withMessageMatching("(?s)case: line 1: .+");
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(JinjaCasesTest.class.getResourceAsStream(name), name);
  }
}
