package org.cycleqd.export;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.cycleqd.report.TaskScore;

/** Renders a model card; no value can leave the place that the template gives it. */
final class CardText {

  private static final String TEMPLATE = "model-card.mustache";
  private static final Pattern BACKTICKS = Pattern.compile("`+");
  private static final Pattern LINE_BREAKS = Pattern.compile("\\R+");
  private static final int SHORTEST_FENCE = 3;

  private CardText() {}

  static String of(ModelCard card) {
    Map<String, Object> values = new HashMap<>();
    values.put("name", inline(card.name()));
    values.put("baseModelsYaml", card.baseModels().stream().map(CardText::yaml).toList());
    values.put("licenseYaml", card.license().map(CardText::yaml).stream().toList());
    values.put("baseModels", card.baseModels().stream().map(CardText::inline).toList());
    values.put("method", block(card.method()));
    values.put("run", inline(card.run()));
    values.put("seed", Long.toString(card.seed()));
    values.put("lineage", block(card.lineage()));
    values.put("hasScores", !card.scores().isEmpty());
    values.put("scores", card.scores().entrySet().stream().map(CardText::row).toList());
    values.put("command", code(card.command()));
    values.put("recipe", code(card.recipe()));
    values.put("hasMergeRecipe", card.mergeRecipe().isPresent());
    return template().execute(values);
  }

  private static Map<String, String> row(Map.Entry<String, TaskScore> task) {
    TaskScore score = task.getValue();
    return Map.of(
        "task", inline(task.getKey()),
        "score", number(score.mean()),
        "standardError", number(score.standardError()),
        "items", Integer.toString(score.n()));
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "unknown" : String.format(Locale.ROOT, "%.4f", value);
  }

  // A JSON string is a YAML double-quoted scalar.
  private static String yaml(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }

  private static String inline(String text) {
    return block(LINE_BREAKS.matcher(text).replaceAll(" ")).replace("|", "\\|");
  }

  private static String block(String text) {
    return text.strip().replace("<", "&lt;");
  }

  /** A fenced block whose fence is longer than any run of backticks inside. */
  private static String code(String text) {
    int longest =
        BACKTICKS.matcher(text).results().mapToInt(run -> run.end() - run.start()).max().orElse(0);
    String fence = "`".repeat(Math.max(SHORTEST_FENCE, longest + 1));
    return String.join("\n", List.of(fence, text.stripTrailing(), fence));
  }

  private static Template template() {
    try (InputStream stream =
            Objects.requireNonNull(CardText.class.getResourceAsStream(TEMPLATE), TEMPLATE);
        InputStreamReader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
      return Mustache.compiler().escapeHTML(false).compile(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
