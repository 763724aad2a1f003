package org.cycleqd.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.Recording;
import org.cycleqd.task.data.DataFile;

/**
 * Samples as JSON lines in the form of lm-evaluation-harness ({@code samples_TASK.jsonl}): {@code
 * doc_id}, {@code doc}, {@code doc_hash}, {@code target}, {@code arguments}, {@code resps}, {@code
 * filtered_resps}, {@code prompt_hash}, {@code target_hash} and the metric; and of our own {@code
 * task}, {@code reason}, {@code repeat}, {@code tokens} and {@code seconds}. A dialogue has its
 * replies in {@code resps}, and beside them {@code transcript}, {@code opening}, {@code end},
 * {@code why}, {@code cut} and {@code replies} (see {@link Recording}).
 */
public final class SampleLog {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String PREFIX = "samples_";
  private static final String SUFFIX = ".jsonl";

  /** When the harness wrote a file, at the end of its name. */
  private static final String WHEN = "_\\d{4}-\\d\\d-\\d\\dT[-0-9.]+(?=\\.jsonl$)";

  private SampleLog() {}

  /** Where a task's samples go. */
  public static Path file(Path folder, String task) {
    return folder.resolve(PREFIX + task + SUFFIX);
  }

  /** Writes the samples of one task, in place of earlier ones. */
  public static void write(Path file, List<Sample> samples) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Sample sample : samples) {
      text.append(MAPPER.writeValueAsString(json(sample))).append('\n');
    }
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path fresh = Files.createTempFile(folder, ".samples", SUFFIX);
    try {
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static ObjectNode json(Sample sample) {
    Item item = sample.item();
    Response response = sample.response();
    ObjectNode row = MAPPER.createObjectNode();
    row.put("doc_id", sample.index()).put("task", sample.task());
    ObjectNode doc = row.putObject("doc").put("id", item.id()).put("prompt", item.prompt());
    item.choices().forEach(doc.withArray("choices")::add);
    row.put("target", item.reference());
    ObjectNode arguments = row.putObject("arguments");
    ArrayNode answers = row.putArray("resps");
    ArrayNode filtered = row.putArray("filtered_resps");
    if (sample.asking() instanceof Asking.Talk) {
      Recording recording = Recording.parse(response.answer());
      arguments.putObject("gen_args_0").put("arg_0", item.prompt());
      for (String reply : recording.replies()) {
        answers.addArray().add(reply);
        filtered.add(reply);
      }
      row.setAll(recording.json());
      row.put("replies", recording.replies().size());
    } else if (item.choices().isEmpty()) {
      ObjectNode first = arguments.putObject("gen_args_0").put("arg_0", item.prompt());
      if (sample.asking() instanceof Asking.Completion how) {
        ObjectNode kept = first.putObject("arg_1").put("max_gen_toks", how.tokens());
        kept.put("do_sample", false);
        how.stops().forEach(kept.withArray("until")::add);
      }
      answers.addArray().add(response.answer());
      filtered.add(response.answer());
    }
    for (int i = 0; i < item.choices().size(); i++) {
      arguments
          .putObject("gen_args_" + i)
          .put("arg_0", item.prompt())
          .put("arg_1", " " + item.choices().get(i));
      answers.addArray().addArray().add(response.values().get(i)).add(false);
      filtered.addArray().add(response.values().get(i)).add(false);
    }
    row.put("filter", "none");
    row.put("doc_hash", AnswerCache.digest(HarnessJson.text(doc)));
    row.put("prompt_hash", AnswerCache.digest(item.prompt()));
    row.put("target_hash", AnswerCache.digest(item.reference()));
    String metric = metric(sample.asking());
    row.putArray("metrics").add(metric);
    row.put(metric, sample.verdict().score());
    row.put("reason", sample.verdict().reason());
    row.put("repeat", sample.repeat());
    row.put("tokens", response.tokens()).put("seconds", sample.seconds());
    return row;
  }

  private static String metric(Asking asking) {
    return switch (asking) {
      case Asking.Choice _ -> "acc";
      case Asking.Probability _ -> "byte_probability";
      case Asking.Talk _ -> "success";
      case Asking.Program _ -> "score";
      default -> "exact_match";
    };
  }

  /**
   * A stored answer.
   *
   * @param task the task's name
   * @param index its line's {@code doc_id}
   * @param id the item's name, where the line has one of ours
   * @param prompt the item's prompt
   * @param answer as the task's judge takes it
   * @param score the mark that it had, or NaN
   * @param texts what the line holds of the item in words, by which it may be known
   */
  public record Stored(
      String task,
      int index,
      Optional<String> id,
      String prompt,
      String answer,
      double score,
      List<String> texts) {

    /** Copies the texts. */
    public Stored {
      texts = List.copyOf(texts);
    }
  }

  /**
   * Reads answers, our own and those of lm-evaluation-harness, in whose files all numbers of an
   * answer are texts. Of an item that stands there once for each of its filters the first is taken;
   * of what a model wrote, all of it, and not what a filter left.
   *
   * @throws IllegalArgumentException if a line is none; the message names file, line and field
   */
  public static List<Stored> read(Path file) throws IOException {
    DataFile data = DataFile.at(file, "");
    List<JsonNode> rows = data.rows();
    List<Stored> stored = new ArrayList<>();
    Map<Integer, String> filters = new HashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      Stored each = stored(data, rows.get(i), i, file);
      String filter = rows.get(i).path("filter").asText();
      String first = filters.putIfAbsent(each.index(), filter);
      if (first == null || first.equals(filter)) {
        stored.add(each);
      }
    }
    return stored;
  }

  private static Stored stored(DataFile data, JsonNode row, int index, Path file) {
    if (row.has("transcript")) {
      return stored(row, index, file, dialogue(data, row, index));
    }
    JsonNode answers = row.path("filtered_resps");
    if (!answers.isArray() || answers.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: line %d: filtered_resps: found %s, expected a list of answers"
              .formatted(data.name(), index + 1, answers.isMissingNode() ? "nothing" : answers));
    }
    String answer = row.path("resps").path(0).path(0).asText(answers.get(0).asText());
    if (answers.get(0).isArray()) {
      List<Double> values = new ArrayList<>();
      for (JsonNode each : answers) {
        values.add(HarnessJson.number(data.name(), index, values.size(), each.path(0)));
      }
      answer = Response.choice(values, 0).answer();
    }
    return stored(row, index, file, answer);
  }

  private static String dialogue(DataFile data, JsonNode row, int index) {
    try {
      return Recording.of(row).text();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: line %d: %s".formatted(data.name(), index + 1, e.getMessage()), e);
    }
  }

  private static Stored stored(JsonNode row, int index, Path file, String answer) {
    JsonNode id = row.path("doc").path("id");
    double score = row.path(row.path("metrics").path(0).asText("exact_match")).asDouble(Double.NaN);
    return new Stored(
        row.path("task").asText(name(file)),
        row.path("doc_id").asInt(index),
        id.isTextual() ? Optional.of(id.asText()) : Optional.empty(),
        HarnessJson.prompt(row.path("arguments")),
        answer,
        score,
        HarnessJson.texts(row.path("doc")));
  }

  private static String name(Path file) {
    String name = file.getFileName().toString().replaceFirst(WHEN, "");
    return name.startsWith(PREFIX) && name.endsWith(SUFFIX)
        ? name.substring(PREFIX.length(), name.length() - SUFFIX.length())
        : name;
  }
}
