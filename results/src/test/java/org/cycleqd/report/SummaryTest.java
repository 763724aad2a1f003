package org.cycleqd.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.cycleqd.report.MethodScore.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {

  private static ScoreMatrix matrix() {
    SequencedMap<String, double[][]> scores = new LinkedHashMap<>();
    scores.put("coding", new double[][] {{0, 1}, {1, 1}, {1, 0}, {0, 0}});
    scores.put("os", new double[][] {{1}, {1}, {0}, {0}});
    return ScoreMatrix.of(List.of("Llama", "best #7", "coding expert", "average"), scores);
  }

  private static final Map<String, Kind> KINDS =
      Map.of(
          "Llama", Kind.BASE,
          "best #7", Kind.BEST,
          "coding expert", Kind.EXPERT,
          "average", Kind.AVERAGE);

  @Test
  void writesTheDocumentedShape(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("new").resolve("summary.json");
    Summary.of("test", matrix(), KINDS).write(file, "0f3a");

    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.get("split").asText()).isEqualTo("test");
    assertThat(json.get("methods")).hasSize(4);
    assertThat(json.get("methods").get(0))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"name": "Llama", "kind": "base", "scores": {
                      "coding": {"mean": 0.5, "se": 0.5, "n": 2},
                      "os": {"mean": 1.0, "se": null, "n": 1}},
                     "mean": 0.75, "mean_se": null}
                    """));
    assertThat(json.get("comparisons")).hasSize(2);
    JsonNode comparison = json.get("comparisons").get(0);
    assertThat(comparison.get("method").asText()).isEqualTo("best #7");
    assertThat(comparison.get("rival").asText()).isEqualTo("coding expert");
    assertThat(comparison.at("/tasks/coding/difference").asDouble()).isEqualTo(0.5);
    assertThat(comparison.at("/tasks/coding/ratio").asDouble()).isEqualTo(2.0);
    assertThat(comparison.at("/tasks/os/ratio").isNull()).isTrue();
    assertThat(comparison.at("/mean/difference").asDouble()).isEqualTo(0.75);
  }

  @Test
  void replacesAnOldFileAndLeavesNothingElse(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("summary.json");
    Files.writeString(file, "old");
    Summary.of("test", matrix(), KINDS).write(file, "0f3a");
    Summary.of("test", matrix(), KINDS).write(file, "0f3a");
    assertThat(file).content().startsWith("{").doesNotContain("old");
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
  }

  @Test
  void everyMethodNeedsAKind() {
    assertThatThrownBy(() -> Summary.of("test", matrix(), Map.of("Llama", Kind.BASE)))
        .hasMessageContaining("method best #7 has no kind");
  }
}
