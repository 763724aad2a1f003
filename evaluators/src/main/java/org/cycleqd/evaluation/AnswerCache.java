package org.cycleqd.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.cycleqd.task.Item;
import org.jspecify.annotations.Nullable;

/**
 * Answers of one model, in memory and, where the model's content is known, in a file of lines that
 * are only ever added. A key is a digest of item, prompt, choices, the way of asking and the limit.
 */
public final class AnswerCache {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final @Nullable Path file;
  private final Map<String, Response> known = new HashMap<>();
  private int reused;

  private AnswerCache(@Nullable Path file) {
    this.file = file;
  }

  /** A cache that is gone afterwards. */
  public static AnswerCache inMemory() {
    return new AnswerCache(null);
  }

  /**
   * The cache of a model.
   *
   * @param folder where caches are
   * @param identity names the model by its content
   */
  public static AnswerCache open(Path folder, String identity) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(identity + ".jsonl");
    AnswerCache cache = new AnswerCache(file);
    if (Files.isRegularFile(file)) {
      for (String line : Files.readAllLines(file)) {
        cache.read(line);
      }
    }
    return cache;
  }

  private void read(String line) {
    try {
      JsonNode row = MAPPER.readTree(line);
      List<Double> values = new ArrayList<>();
      row.path("values").forEach(value -> values.add(value.asDouble()));
      if (row.path("key").isTextual() && row.path("answer").isTextual()) {
        known.put(
            row.path("key").asText(),
            new Response(row.path("answer").asText(), values, row.path("tokens").asLong()));
      }
    } catch (JsonProcessingException cutShort) {
      // The process that wrote it was killed; the item is asked again.
    }
  }

  /** How many answers were found. */
  public int reused() {
    return reused;
  }

  /**
   * The answer to an item.
   *
   * @param asking the way of asking, as text
   */
  Optional<Response> find(String asking, Item item, OptionalInt limit) {
    return Optional.ofNullable(known.get(key(asking, item, limit)));
  }

  /** Counts answers that need not be asked for. */
  void reuse(int count) {
    reused += count;
  }

  /** Keeps answers. */
  void put(String asking, List<Item> items, OptionalInt limit, List<Response> responses)
      throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      String key = key(asking, items.get(i), limit);
      Response response = responses.get(i);
      known.put(key, response);
      ObjectNode row = MAPPER.createObjectNode();
      row.put("key", key).put("answer", response.answer()).put("tokens", response.tokens());
      response.values().forEach(row.withArray("values")::add);
      lines.append(row).append('\n');
    }
    if (file != null) {
      // A line that was cut short must not spoil the next one.
      Files.writeString(file, "\n" + lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private static String key(String asking, Item item, OptionalInt limit) {
    return digest(List.of(item.id(), item.prompt(), item.choices(), asking, limit).toString());
  }

  static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
