package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.cycleqd.evaluation.Sample;
import org.cycleqd.report.MethodScore;
import org.cycleqd.report.ScoreMatrix;
import org.cycleqd.report.TaskScore;
import org.cycleqd.task.Asking;
import org.cycleqd.task.TextMeasure;

/**
 * The scores of an evaluation.
 *
 * @param model what was asked
 * @param samples by task
 */
record EvaluationReport(String model, String split, SequencedMap<String, List<Sample>> samples) {
  private static final int MOST_REASON = 100;

  private MethodScore score() {
    SequencedMap<String, double[][]> scores = new LinkedHashMap<>();
    samples.forEach((task, all) -> scores.put(task, new double[][] {means(all)}));
    return ScoreMatrix.of(List.of(model), scores).score(model, MethodScore.Kind.BASE);
  }

  /** An item's score is the mean over its repeats. */
  private static double[] means(List<Sample> all) {
    return all.stream()
        .collect(
            Collectors.groupingBy(
                Sample::index,
                TreeMap::new,
                Collectors.averagingDouble(sample -> sample.verdict().score())))
        .values()
        .stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  private static Optional<TextMeasure> measure(List<Sample> samples) {
    return samples.getFirst().asking() instanceof Asking.Probability
        ? samples.stream()
            .map(sample -> TextMeasure.parse(sample.response().answer()))
            .reduce(TextMeasure::plus)
        : Optional.empty();
  }

  ObjectNode json() {
    MethodScore score = score();
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("model", model).put("split", split);
    ObjectNode tasks = root.putObject("scores");
    score
        .scores()
        .forEach((task, found) -> {
          ObjectNode node =
              tasks
                  .putObject(task)
                  .put("mean", found.mean())
                  .put("se", found.standardError())
                  .put("n", found.n());
          measure(samples.getOrDefault(task, List.of()))
              .ifPresent(text ->
                  node.put("bits_per_byte", text.bitsPerByte())
                      .put("perplexity", text.perplexity()));
          List<Sample> asked = samples.getOrDefault(task, List.of());
          node.put("repeats", asked.size() / found.n());
          TalkSummary.of(asked).ifPresent(talks -> talks.into(node));
        });
    root.put("mean", score.mean()).put("mean_se", score.meanStandardError());
    return root;
  }

  /** A table of scores; then one of answers that are wrong. */
  String text(int failures) {
    MethodScore score = score();
    TextTable table = TextTable.of("task", "score", "items");
    StringBuilder measures = new StringBuilder();
    for (Map.Entry<String, TaskScore> each : score.scores().entrySet()) {
      String task = each.getKey();
      TaskScore found = each.getValue();
      table =
          table.with(task, cell(found.mean(), found.standardError()), String.valueOf(found.n()));
      TalkSummary.of(samples.getOrDefault(task, List.of()))
          .ifPresent(talks -> measures.append(talks.line(task)));
      measure(samples.getOrDefault(task, List.of()))
          .ifPresent(text ->
              measures.append(
                  String.format(
                      Locale.ROOT,
                      "%s: %.4f bits per byte, perplexity %.4f, %d tokens, %d bytes%n",
                      task,
                      text.bitsPerByte(),
                      text.perplexity(),
                      text.tokens(),
                      text.bytes())));
    }
    table = table.with("mean", cell(score.mean(), score.meanStandardError()), "");
    return table.render() + measures + failed(failures);
  }

  private String failed(int most) {
    TextTable table = TextTable.of("task", "item", "why it is wrong");
    int shown = 0;
    for (List<Sample> all : samples.values()) {
      for (Sample sample : all) {
        boolean wrong =
            !sample.verdict().correct() && !(sample.asking() instanceof Asking.Probability);
        if (wrong && shown < most) {
          table = table.with(sample.task(), sample.item().id(), oneLine(sample.verdict().reason()));
          shown++;
        }
      }
    }
    return shown == 0 ? "" : System.lineSeparator() + table.render();
  }

  private static String oneLine(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() <= MOST_REASON ? line : line.substring(0, MOST_REASON - 3) + "...";
  }

  private static String cell(double mean, double standardError) {
    return String.format(Locale.ROOT, "%.3f ± %.3f", mean, standardError);
  }
}
