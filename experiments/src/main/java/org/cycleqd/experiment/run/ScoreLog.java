package org.cycleqd.experiment.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.ItemScores;

/**
 * What models scored after the search, in lines that are only ever added, so that a run that is
 * carried on scores nothing twice: {@code {"asked":HEX,"model":HEX,"items":[[1.0,0.0],...]}}, where
 * {@code asked} stands for all that decides scores but the model.
 */
final class ScoreLog {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;
  private final Map<String, Evaluation> known = new HashMap<>();

  private ScoreLog(Path file) {
    this.file = file;
  }

  /** Reads what is there; a line that was cut short costs one model at most. */
  static ScoreLog open(Path file) throws IOException {
    ScoreLog log = new ScoreLog(file);
    if (Files.isRegularFile(file)) {
      for (String line : Files.readAllLines(file)) {
        log.read(line);
      }
    }
    return log;
  }

  private void read(String line) {
    try {
      JsonNode row = MAPPER.readTree(line);
      List<ItemScores> tasks = new ArrayList<>();
      for (JsonNode task : row.path("items")) {
        tasks.add(ItemScores.of(task.valueStream().mapToDouble(JsonNode::asDouble).toArray()));
      }
      if (!tasks.isEmpty()) {
        known.put(
            key(row.path("asked").asText(), row.path("model").asText()), new Evaluation(tasks));
      }
    } catch (JsonProcessingException | IllegalArgumentException damaged) {
      // The process that wrote it was killed; the model is scored again.
    }
  }

  private static String key(String asked, String model) {
    return asked + " " + model;
  }

  synchronized Optional<Evaluation> find(String asked, String model) {
    return Optional.ofNullable(known.get(key(asked, model)));
  }

  /** Keeps scores; they are on the disk before this returns. */
  synchronized void put(String asked, String model, Evaluation evaluation) throws IOException {
    ObjectNode row = MAPPER.createObjectNode().put("asked", asked).put("model", model);
    ArrayNode tasks = row.putArray("items");
    for (ItemScores task : evaluation.tasks()) {
      ArrayNode items = tasks.addArray();
      for (double score : task.toArray()) {
        items.add(score);
      }
    }
    // A line that was cut short must not spoil the next one.
    boolean begun = Files.isRegularFile(file) && Files.size(file) > 0;
    Files.writeString(
        file,
        (begun && !endsWithNewline() ? "\n" : "") + row + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND,
        StandardOpenOption.SYNC);
    known.put(key(asked, model), evaluation);
  }

  private boolean endsWithNewline() throws IOException {
    return Files.readString(file).endsWith("\n");
  }
}
