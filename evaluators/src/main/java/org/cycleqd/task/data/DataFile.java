package org.cycleqd.task.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.cycleqd.digest.Sha256;

/** A file of a data set, unpacked. */
public final class DataFile {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final String name;
  private final byte[] content;

  private DataFile(String name, byte[] content) {
    this.name = name;
    this.content = content;
  }

  /**
   * A file that ships with the project.
   *
   * @param path below the folder of all data, such as {@code gsm8k/test.jsonl.gz}
   */
  public static DataFile shipped(String path) {
    try (InputStream in = DataFile.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("data file " + path + " is missing");
      }
      return new DataFile(path, unpacked(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A user's file, packed by gzip or not.
   *
   * @param digest SHA-256 of the file as it is, in hexadecimal digits, or empty if it is not known
   * @throws IOException if it cannot be read or has another digest
   */
  public static DataFile at(Path file, String digest) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String found = Sha256.of(bytes);
    if (!digest.isEmpty() && !found.equalsIgnoreCase(digest)) {
      throw new IOException("%s: SHA-256 is %s, expected %s".formatted(file, found, digest));
    }
    try {
      return new DataFile(file.toString(), unpacked(bytes));
    } catch (IOException e) {
      throw new IOException("%s: not a gzip file: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static byte[] unpacked(byte[] bytes) throws IOException {
    boolean packed = bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
    if (!packed) {
      return bytes;
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }

  /** What it is called in messages. */
  public String name() {
    return name;
  }

  /** SHA-256 of the unpacked content, in hexadecimal digits. */
  public String digest() {
    return Sha256.of(content);
  }

  /** The content as UTF-8. */
  public String text() {
    return new String(content, StandardCharsets.UTF_8);
  }

  /**
   * The content as JSON, one value a line.
   *
   * @throws IllegalArgumentException if a line is none; the message names file and line
   */
  public List<JsonNode> rows() {
    List<JsonNode> rows = new ArrayList<>();
    int number = 0;
    for (String line : text().split("\n", -1)) {
      number++;
      if (!line.isBlank()) {
        try {
          rows.add(MAPPER.readTree(line));
        } catch (JsonProcessingException e) {
          throw new IllegalArgumentException(
              "%s: line %d: not JSON: %s".formatted(name, number, e.getOriginalMessage()), e);
        }
      }
    }
    return rows;
  }

  /**
   * A text of a row.
   *
   * @throws IllegalArgumentException if it is missing; the message names file, row and field
   */
  public String text(JsonNode row, int index, String field) {
    JsonNode value = row.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(
          "%s: row %d: %s: found %s, expected a text"
              .formatted(name, index + 1, field, value.isMissingNode() ? "nothing" : value));
    }
    return value.textValue();
  }

  /** The name of an item by its content, such as {@code Mbpp/2@1f0c62a87d3e}. */
  public static String id(String published, String content) {
    return published + "@" + Sha256.of(content).substring(0, 12);
  }
}
