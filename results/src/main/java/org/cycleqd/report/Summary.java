package org.cycleqd.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cycleqd.report.MethodScore.Kind;
import org.cycleqd.tensor.AtomicFile;

/**
 * The outcome of a search as numbers, and its file {@code summary.json}:
 *
 * <pre>{@code
 * {"methods": [{"name": "best", "kind": "best",
 *               "scores": {"coding": {"mean": 0.764, "se": 0.030, "n": 199}},
 *               "mean": 0.764, "mean_se": 0.030}],
 *  "comparisons": [{"method": "best", "rival": "coding expert",
 *                   "tasks": {"coding": {"difference": 0.06, "se": 0.02, "ratio": 1.085}},
 *                   "mean": {"difference": 0.06, "se": 0.02, "ratio": 1.085}}],
 *  "split": "test", "unit": "fraction", "journal": "0f3a..."}
 * }</pre>
 *
 * <p>Scores are fractions in [0, 1]. A number that is not known, such as a standard error from one
 * item, is {@code null}.
 *
 * @param split name of the items' split, such as {@code test}
 * @param methods scores of every method
 * @param comparisons paired differences between methods
 */
public record Summary(String split, List<MethodScore> methods, List<Comparison> comparisons) {

  private static final Set<Kind> CHILDREN = EnumSet.of(Kind.BEST, Kind.AGGREGATE);
  private static final Set<Kind> RIVALS = EnumSet.of(Kind.EXPERT, Kind.AVERAGE, Kind.MERGE);

  /** Copies both lists. */
  public Summary {
    methods = List.copyOf(methods);
    comparisons = List.copyOf(comparisons);
  }

  /**
   * Scores all methods of a matrix, in its order, and compares the best child and the aggregate
   * with every expert, the average and the other merges.
   *
   * @param split name of the items' split
   * @param matrix item scores
   * @param kinds what each method is
   * @throws IllegalArgumentException if a method has no kind
   */
  public static Summary of(String split, ScoreMatrix matrix, Map<String, Kind> kinds) {
    List<MethodScore> methods = new ArrayList<>();
    for (String name : matrix.methods()) {
      if (!kinds.containsKey(name)) {
        throw new IllegalArgumentException(
            "method %s has no kind, only %s have one".formatted(name, kinds.keySet()));
      }
      methods.add(matrix.score(name, kinds.get(name)));
    }
    List<Comparison> comparisons = new ArrayList<>();
    for (MethodScore child : methods) {
      for (MethodScore rival : methods) {
        if (CHILDREN.contains(child.kind()) && RIVALS.contains(rival.kind())) {
          comparisons.add(matrix.compare(child.name(), rival.name()));
        }
      }
    }
    return new Summary(split, methods, comparisons);
  }

  /**
   * Writes the file; readers see the old one or the new one, never a part.
   *
   * @param journal digest of the run's journal as it was then
   */
  public void write(Path file, String journal) throws IOException {
    ObjectNode content = json().put("journal", journal);
    String text = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(content);
    AtomicFile.write(file, text + "\n");
  }

  private ObjectNode json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode scored = root.putArray("methods");
    methods.forEach(method -> scored.add(json(method)));
    ArrayNode compared = root.putArray("comparisons");
    comparisons.forEach(comparison -> compared.add(json(comparison)));
    root.put("split", split);
    root.put("unit", "fraction");
    return root;
  }

  private static ObjectNode json(MethodScore method) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", method.name());
    node.put("kind", method.kind().label());
    ObjectNode scores = node.putObject("scores");
    method
        .scores()
        .forEach((task, score) -> {
          ObjectNode entry = scores.putObject(task);
          number(entry, "mean", score.mean());
          number(entry, "se", score.standardError());
          entry.put("n", score.n());
        });
    number(node, "mean", method.mean());
    number(node, "mean_se", method.meanStandardError());
    return node;
  }

  private static ObjectNode json(Comparison comparison) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("method", comparison.method());
    node.put("rival", comparison.rival());
    ObjectNode tasks = node.putObject("tasks");
    comparison.tasks().forEach((task, difference) -> put(tasks.putObject(task), difference));
    put(node.putObject("mean"), comparison.mean());
    return node;
  }

  private static void put(ObjectNode node, Comparison.Difference difference) {
    number(node, "difference", difference.value());
    number(node, "se", difference.standardError());
    number(node, "ratio", difference.ratio());
  }

  /** JSON has no NaN. */
  private static void number(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key);
    }
  }
}
