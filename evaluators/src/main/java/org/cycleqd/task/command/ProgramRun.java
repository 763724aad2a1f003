package org.cycleqd.task.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.cycleqd.remote.ProcessTree;
import org.cycleqd.task.Asking;

/**
 * One run of a program. It gets no input and of this process's environment the named variables;
 * what it prints is one object {@code {"score": 0.5, "items": [0.25, 0.75]}}. Afterwards all that
 * it started is killed.
 */
public final class ProgramRun {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final long MOST_OUTPUT = 16L << 20;
  private static final int TAIL = 2000;
  private static final double EQUAL = 1e-6;

  private final Asking.Program how;
  private final List<String> words;

  private ProgramRun(Asking.Program how, List<String> words) {
    this.how = how;
    this.words = words;
  }

  /**
   * Runs a program.
   *
   * @param values stand for their names in braces among the arguments
   * @param count how many items' scores are expected
   * @return the items' scores, each in [0, 1]
   * @throws ProgramException if it fails, is late, or prints anything else
   * @throws InterruptedException if interrupted; the program is killed then
   */
  public static double[] scores(Asking.Program how, Map<String, String> values, int count)
      throws InterruptedException {
    List<String> words = how.arguments().stream().map(word -> filled(word, values)).toList();
    try {
      Path folder = Files.createTempDirectory("command");
      Path out = folder.resolve("out");
      Path err = folder.resolve("err");
      try {
        return new ProgramRun(how, words).run(out, err, count);
      } finally {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String filled(String word, Map<String, String> values) {
    String text = word;
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("{" + value.getKey() + "}", value.getValue());
    }
    return text;
  }

  private double[] run(Path out, Path err, int count) throws IOException, InterruptedException {
    // Files, not pipes: whatever the program leaves running holds them open.
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(how.folder().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> all = Map.copyOf(builder.environment());
    builder.environment().clear();
    how.environment().stream()
        .filter(all::containsKey)
        .forEach(name -> builder.environment().put(name, all.getOrDefault(name, "")));
    ProcessTree tree = ProcessTree.marking(builder);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw failure("does not start: " + e.getMessage(), err);
    }
    boolean ended = false;
    try {
      ended = process.waitFor(how.limit().toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      tree.kill(process);
    }
    if (!ended) {
      throw failure("has not ended after %s s".formatted(how.limit().toMillis() / 1000.0), err);
    }
    if (process.exitValue() != 0) {
      throw failure("exit status %d, expected 0".formatted(process.exitValue()), err);
    }
    if (Files.size(out) > MOST_OUTPUT) {
      throw failure(
          "printed %d bytes, expected at most %d".formatted(Files.size(out), MOST_OUTPUT), err);
    }
    try {
      return read(MAPPER.readTree(Files.readAllBytes(out)), count, err);
    } catch (JsonProcessingException e) {
      throw failure("printed no JSON object: " + e.getOriginalMessage(), err);
    }
  }

  private double[] read(JsonNode root, int count, Path err) throws IOException {
    if (!root.isObject()) {
      throw failure(
          "printed %s, expected an object with the key items".formatted(brief(root)), err);
    }
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (!Set.of("score", "items").contains(field.getKey())) {
        throw failure(
            "printed the unknown key %s, known: score, items".formatted(field.getKey()), err);
      }
    }
    JsonNode score = root.path("score");
    if (!score.isMissingNode()) {
      require("score", score, err);
    }
    JsonNode items = root.path("items");
    if (items.isMissingNode() && count == 1 && !score.isMissingNode()) {
      return new double[] {score.asDouble()};
    }
    if (!items.isArray() || items.size() != count) {
      throw failure(
          "items: found %s, expected a list of %d scores"
              .formatted(items.isArray() ? "a list of " + items.size() : brief(items), count),
          err);
    }
    double[] scores = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      scores[i] = require("items." + i, items.get(i), err);
      sum += scores[i];
    }
    if (!score.isMissingNode() && Math.abs(score.asDouble() - sum / count) > EQUAL) {
      throw failure(
          "score: found %s, expected the mean of the items, %s".formatted(score, sum / count), err);
    }
    return scores;
  }

  private double require(String field, JsonNode node, Path err) throws IOException {
    if (!node.isNumber() || !(node.asDouble() >= 0 && node.asDouble() <= 1)) {
      throw failure("%s: found %s, expected a number in [0, 1]".formatted(field, brief(node)), err);
    }
    return node.asDouble();
  }

  private static String brief(JsonNode node) {
    String text = node.isMissingNode() ? "nothing" : node.toString();
    return text.length() <= 80 ? text : text.substring(0, 77) + "...";
  }

  private ProgramException failure(String problem, Path err) throws IOException {
    String tail = tail(err).strip();
    return new ProgramException(
        "command '%s': %s%s"
            .formatted(
                String.join(" ", how.arguments()),
                problem,
                tail.isEmpty() ? "" : "; its last errors: " + tail));
  }

  private static String tail(Path file) throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.min(TAIL, opened.length())];
      opened.seek(opened.length() - bytes.length);
      opened.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
