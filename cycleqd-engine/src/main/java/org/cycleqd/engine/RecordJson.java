package org.cycleqd.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.cycleqd.archive.AddOutcome;
import org.cycleqd.engine.CandidateRecord.Origin;
import org.cycleqd.engine.CandidateRecord.Result;

/** Writes and reads the candidates' records of a journal. */
final class RecordJson {

  static final String SEED = "seed";
  static final String CHILD = "child";

  /** Type of the record of candidates that were scored again. */
  static final String ROUND = "reevaluation";

  private static final char UNKNOWN = '.';

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private RecordJson() {}

  /** The JSON of a candidate. An expert's outcomes are left out: they follow from the archives. */
  static ObjectNode candidate(CandidateRecord candidate) {
    ObjectNode node = NODES.objectNode();
    switch (candidate.origin()) {
      case Origin.Seed(String expert) ->
          node.put("type", SEED).put("number", candidate.number()).put("expert", expert);
      case Origin.Child(int focus, List<Integer> parents) -> {
        node.put("type", CHILD).put("number", candidate.number()).put("focus", focus);
        parents(node, parents);
      }
      case Origin.Proposed(List<Integer> parents) -> {
        node.put("type", CHILD).put("number", candidate.number());
        parents(node, parents);
      }
    }
    node.put("genome", candidate.genome());
    switch (candidate.result()) {
      case Result.Failed(String reason) -> node.put("failure", reason);
      case Result.Stopped(List<SeenScores> seen) -> {
        ArrayNode items = node.putArray("seen");
        seen.forEach(task -> items.add(seen(task)));
      }
      case Result.Scored(Evaluation evaluation, List<AddOutcome> outcomes) -> {
        ArrayNode scores = node.putArray("scores");
        evaluation.scores().forEach(scores::add);
        ArrayNode items = node.putArray("items");
        evaluation.tasks().forEach(task -> items.add(items(task)));
        if (candidate.child()) {
          ArrayNode list = node.putArray("outcomes");
          outcomes.forEach(outcome -> list.add(outcome(outcome)));
        }
      }
    }
    return node;
  }

  private static void parents(ObjectNode node, List<Integer> parents) {
    ArrayNode numbers = node.putArray("parents");
    parents.forEach(numbers::add);
  }

  static ObjectNode round(Round round) {
    ObjectNode node = NODES.objectNode().put("type", ROUND).put("after", round.after());
    ArrayNode found = node.putArray("candidates");
    for (Round.Found each : round.found()) {
      ObjectNode entry = found.addObject().put("candidate", each.candidate());
      if (each.further().isPresent()) {
        ArrayNode items = entry.putArray("items");
        each.further().get().tasks().forEach(task -> items.add(items(task)));
      } else {
        entry.put("failure", each.reason());
      }
    }
    return node;
  }

  static Round readRound(JsonNode node) {
    return new Round(
        node.get("after").asInt(),
        node.get("candidates")
            .valueStream()
            .map(entry ->
                new Round.Found(
                    entry.get("candidate").asInt(),
                    entry.has("items")
                        ? Optional.of(
                            new Evaluation(
                                entry
                                    .get("items")
                                    .valueStream()
                                    .map(RecordJson::readItems)
                                    .toList()))
                        : Optional.empty(),
                    entry.path("failure").asText()))
            .toList());
  }

  static CandidateRecord readCandidate(JsonNode node) {
    return new CandidateRecord(
        node.get("number").asInt(),
        readOrigin(node),
        node.get("genome").asText(),
        readResult(node));
  }

  private static Origin readOrigin(JsonNode node) {
    if (node.get("type").asText().equals(SEED)) {
      return new Origin.Seed(node.get("expert").asText());
    }
    List<Integer> parents = node.get("parents").valueStream().map(JsonNode::asInt).toList();
    return node.has("focus")
        ? new Origin.Child(node.get("focus").asInt(), parents)
        : new Origin.Proposed(parents);
  }

  private static Result readResult(JsonNode node) {
    if (node.has("failure")) {
      return new Result.Failed(node.get("failure").asText());
    }
    if (node.has("seen")) {
      return new Result.Stopped(node.get("seen").valueStream().map(RecordJson::readSeen).toList());
    }
    return new Result.Scored(
        new Evaluation(node.get("items").valueStream().map(RecordJson::readItems).toList()),
        node.path("outcomes").valueStream().map(RecordJson::readOutcome).toList());
  }

  private static JsonNode items(ItemScores items) {
    if (items.binary()) {
      StringBuilder digits = new StringBuilder(items.size());
      for (int i = 0; i < items.size(); i++) {
        digits.append(items.get(i) == 1 ? '1' : '0');
      }
      return NODES.textNode(digits.toString());
    }
    ArrayNode numbers = NODES.arrayNode();
    for (double value : items.toArray()) {
      numbers.add(value);
    }
    return numbers;
  }

  private static ItemScores readItems(JsonNode node) {
    return ItemScores.of(
        node.isTextual()
            ? node.asText().chars().mapToDouble(digit -> digit - '0').toArray()
            : node.valueStream().mapToDouble(JsonNode::asDouble).toArray());
  }

  /** As a full vector; where nothing is known stands a dot or null. */
  private static JsonNode seen(SeenScores seen) {
    if (seen.binary()) {
      StringBuilder digits = new StringBuilder(seen.size());
      for (int i = 0; i < seen.size(); i++) {
        digits.append(seen.knows(i) ? seen.get(i) == 1 ? '1' : '0' : UNKNOWN);
      }
      return NODES.textNode(digits.toString());
    }
    ArrayNode numbers = NODES.arrayNode();
    for (int i = 0; i < seen.size(); i++) {
      if (seen.knows(i)) {
        numbers.add(seen.get(i));
      } else {
        numbers.addNull();
      }
    }
    return numbers;
  }

  private static SeenScores readSeen(JsonNode node) {
    return SeenScores.of(
        node.isTextual()
            ? node.asText()
                .chars()
                .mapToDouble(digit -> digit == UNKNOWN ? Double.NaN : digit - '0')
                .toArray()
            : node.valueStream()
                .mapToDouble(score -> score.isNull() ? Double.NaN : score.asDouble())
                .toArray());
  }

  private static ObjectNode outcome(AddOutcome outcome) {
    return NODES
        .objectNode()
        .put("status", outcome.status().name().toLowerCase(Locale.ROOT))
        .put("cell", outcome.cell())
        .put("value", outcome.value());
  }

  private static AddOutcome readOutcome(JsonNode node) {
    return new AddOutcome(
        AddOutcome.Status.valueOf(node.get("status").asText().toUpperCase(Locale.ROOT)),
        node.get("cell").asInt(),
        node.get("value").asDouble());
  }
}
