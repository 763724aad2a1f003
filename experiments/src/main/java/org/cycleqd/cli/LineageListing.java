package org.cycleqd.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.cycleqd.engine.CandidateRecord;
import org.cycleqd.engine.CandidateRecord.Origin;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.engine.SearchSettings;
import org.cycleqd.engine.SeenScores;
import org.cycleqd.report.Lineage;

/**
 * A candidate and its ancestors as a table and as JSON.
 *
 * @param keys of the crossover's weights; empty if they are unknown
 */
record LineageListing(RunHistory history, int candidate, List<String> keys) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Lineage lineage() {
    return Lineage.of(candidate, history);
  }

  private SearchSettings settings() {
    return history.header().settings();
  }

  String text() {
    List<String> header = new ArrayList<>(List.of("candidate", "from", "weight", "focus"));
    header.addAll(settings().taskNames());
    header.add("taken by");
    TextTable table = new TextTable(header, List.of());
    Lineage lineage = lineage();
    for (Lineage.Candidate ancestor : lineage.candidates()) {
      table = table.with(row(history.candidates().get(ancestor.number())));
    }
    JsonNode variation = variation();
    String mutations =
        variation
            .path("mutations")
            .valueStream()
            .map(LineageListing::words)
            .collect(Collectors.joining(", "));
    String strategy = settings().strategyChoice().name();
    return "%s%n%s, %d generations; crossover by %s, weights normal with mean %s and sigma %s; mutations: %s%n"
        .formatted(
            table.render(),
            strategy,
            lineage.generations(),
            variation.path("granularity").asText(),
            variation.path("mean").asText(),
            variation.path("sigma").asText(),
            mutations.isEmpty() ? "none" : mutations);
  }

  private String[] row(CandidateRecord record) {
    List<String> row = new ArrayList<>();
    row.add(Integer.toString(record.number()));
    switch (record.origin()) {
      case Origin.Seed(String expert) -> row.addAll(List.of(expert, "", ""));
      case Origin.Child(int focus, List<Integer> parents) -> {
        row.add(parents.stream().map(String::valueOf).collect(Collectors.joining(" + ")));
        row.add(weight(record.number()));
        row.add(settings().taskNames().get(focus));
      }
      case Origin.Proposed(List<Integer> parents) -> {
        String from = parents.stream().map(String::valueOf).collect(Collectors.joining(" + "));
        row.addAll(List.of(from, "", ""));
      }
    }
    for (int task = 0; task < settings().tasks().size(); task++) {
      int k = task;
      row.add(record.scores().map(scores -> Cells.number(scores.get(k))).orElse(""));
    }
    row.add(String.join(" ", takenBy(record)));
    return row.toArray(String[]::new);
  }

  /** One share, or the smallest and the largest of many. */
  private String weight(int child) {
    DoubleSummaryStatistics shares =
        keys.stream().mapToDouble(key -> history.firstShare(child, key)).summaryStatistics();
    return keys.isEmpty()
        ? ""
        : keys.size() == 1
            ? Cells.number(shares.getMin())
            : String.format(Locale.ROOT, "%.3f to %.3f", shares.getMin(), shares.getMax());
  }

  private List<String> takenBy(CandidateRecord record) {
    List<String> archives = new ArrayList<>();
    if (record.result() instanceof Result.Scored scored) {
      for (int k = 0; k < scored.outcomes().size(); k++) {
        if (scored.outcomes().get(k).taken()) {
          archives.add(settings().taskNames().get(k));
        }
      }
    }
    return archives;
  }

  /** A mutation as in {@code expert-basis (maximum 0.3)}. */
  private static String words(JsonNode mutation) {
    List<String> values = new ArrayList<>();
    mutation
        .properties()
        .forEach(field -> values.add(field.getKey() + " " + field.getValue().asText()));
    return "%s (%s)"
        .formatted(
            mutation.path("operator").asText(),
            values.stream()
                .filter(value -> !value.startsWith("operator "))
                .collect(Collectors.joining(", ")));
  }

  /** The operators as the journal names them. */
  private JsonNode variation() {
    try {
      return MAPPER.readTree(history.header().json()).path("settings").path("variation");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  String json() {
    ObjectNode root = MAPPER.createObjectNode();
    Lineage lineage = lineage();
    root.put("candidate", candidate)
        .put("journalDigest", history.digest())
        .put("generations", lineage.generations());
    root.put("strategy", settings().strategyChoice().name());
    root.set("variation", variation());
    ArrayNode ancestors = root.putArray("ancestors");
    lineage
        .candidates()
        .forEach(entry -> put(ancestors.addObject(), history.candidates().get(entry.number())));
    return root.toPrettyString() + "\n";
  }

  private void put(ObjectNode node, CandidateRecord record) {
    node.put("candidate", record.number()).put("genome", record.genome());
    switch (record.origin()) {
      case Origin.Seed(String expert) -> node.put("expert", expert);
      case Origin.Child(int focus, List<Integer> parents) -> {
        node.put("focus", settings().taskNames().get(focus));
        ArrayNode numbers = node.putArray("parents");
        parents.forEach(numbers::add);
        ObjectNode weights = node.putObject("firstParentShare");
        keys.forEach(key -> weights.put(key, history.firstShare(record.number(), key)));
      }
      case Origin.Proposed(List<Integer> parents) -> {
        ArrayNode numbers = node.putArray("parents");
        parents.forEach(numbers::add);
      }
    }
    switch (record.result()) {
      case Result.Failed(String reason) -> node.put("failure", reason);
      case Result.Stopped(List<SeenScores> seen) -> {
        ObjectNode asked = node.putObject("itemsBeforeStopping");
        for (int k = 0; k < seen.size(); k++) {
          asked.put(settings().taskNames().get(k), seen.get(k).seen());
        }
      }
      case Result.Scored scored -> {
        ObjectNode scores = node.putObject("scores");
        for (int k = 0; k < settings().tasks().size(); k++) {
          scores.put(settings().taskNames().get(k), scored.evaluation().scores().get(k));
        }
        ArrayNode taken = node.putArray("takenBy");
        takenBy(record).forEach(taken::add);
      }
    }
  }
}
