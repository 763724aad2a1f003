package org.cycleqd.tensor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON header of a safetensors file, checked.
 *
 * <p>Read token by token: a hostile header of the largest size must not cost more memory than the
 * tensors it declares.
 */
final class SafetensorsHeader {

  static final String METADATA = "__metadata__";
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** A tensor and its bytes {@code begin} to {@code end}, relative to the start of the data. */
  record Entry(TensorSpec spec, long begin, long end) {}

  private final Path file;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();

  private SafetensorsHeader(Path file) {
    this.file = file;
  }

  /** Parses and checks a header whose data section has {@code dataBytes} bytes. */
  static SafetensorsHeader parse(Path file, char[] json, long dataBytes) throws IOException {
    SafetensorsHeader header = new SafetensorsHeader(file);
    try (JsonParser parser = JSON.createParser(json, 0, json.length)) {
      header.read(parser);
    } catch (JsonProcessingException e) {
      throw new SafetensorsException(
          file, "header", "malformed JSON (" + e.getOriginalMessage() + ")", "valid JSON");
    }
    header.entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    header.requireContiguous(dataBytes);
    return header;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  /** The tensors in the order of their data. */
  List<Entry> entries() {
    return entries;
  }

  private void read(JsonParser parser) throws IOException {
    expect(parser, JsonToken.START_OBJECT, "header", "a JSON object");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (name.equals(METADATA)) {
        readMetadata(parser);
      } else {
        entries.add(readEntry(parser, name));
      }
    }
    JsonToken trailing = parser.nextToken();
    if (trailing != null) {
      throw new SafetensorsException(
          file, "header", "more JSON after the object", "only white space");
    }
  }

  private void readMetadata(JsonParser parser) throws IOException {
    expect(parser, JsonToken.START_OBJECT, METADATA, "an object of strings");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      expect(parser, JsonToken.VALUE_STRING, METADATA + " " + key, "a string");
      metadata.put(key, parser.getText());
    }
  }

  private Entry readEntry(JsonParser parser, String name) throws IOException {
    String subject = "tensor " + name;
    expect(parser, JsonToken.START_OBJECT, subject, "an object");
    @Nullable DType dtype = null;
    @Nullable List<Long> shape = null;
    @Nullable List<Long> offsets = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      switch (parser.currentName()) {
        case "dtype" -> dtype = readDType(parser, subject);
        case "shape" -> shape = readNumbers(parser, subject + ": shape");
        case "data_offsets" -> offsets = readNumbers(parser, subject + ": data_offsets");
        default ->
            throw new SafetensorsException(
                file, subject, "field " + parser.currentName(), "dtype, shape, data_offsets");
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      throw new SafetensorsException(
          file, subject, "a missing field", "each of dtype, shape, data_offsets");
    }
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw new SafetensorsException(
          file, subject + ": data_offsets", offsets.toString(), "[begin, end] with begin <= end");
    }
    return checkedEntry(name, dtype, shape, offsets.get(0), offsets.get(1));
  }

  private Entry checkedEntry(String name, DType dtype, List<Long> shape, long begin, long end)
      throws SafetensorsException {
    TensorSpec spec;
    try {
      spec = new TensorSpec(name, dtype, shape);
    } catch (IllegalArgumentException e) {
      throw new SafetensorsException(file, e);
    }
    if (end - begin != spec.bytes()) {
      throw new SafetensorsException(
          file,
          "tensor " + name + ": data_offsets",
          "[%d, %d], %d bytes".formatted(begin, end, end - begin),
          "%d bytes for %s %s".formatted(spec.bytes(), dtype, shape));
    }
    return new Entry(spec, begin, end);
  }

  private DType readDType(JsonParser parser, String subject) throws IOException {
    expect(parser, JsonToken.VALUE_STRING, subject + ": dtype", "a string");
    String name = parser.getText();
    return DType.named(name)
        .orElseThrow(() ->
            new SafetensorsException(
                file, subject + ": dtype", name, "one of " + List.of(DType.values())));
  }

  private List<Long> readNumbers(JsonParser parser, String subject) throws IOException {
    expect(parser, JsonToken.START_ARRAY, subject, "a list of integers");
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      boolean fits =
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
              && parser.getLongValue() >= 0;
      if (!fits) {
        throw new SafetensorsException(
            file, subject, parser.getText(), "integers from 0 to 2^63-1");
      }
      numbers.add(parser.getLongValue());
    }
    return numbers;
  }

  private void requireContiguous(long dataBytes) throws SafetensorsException {
    long position = 0;
    for (Entry entry : entries) {
      if (entry.begin() != position) {
        throw new SafetensorsException(
            file,
            "tensor " + entry.spec().name() + ": data_offsets",
            "begin %d, %s".formatted(entry.begin(), entry.begin() < position ? "overlap" : "hole"),
            "begin %d, the end of the data before".formatted(position));
      }
      position = entry.end();
    }
    if (position != dataBytes) {
      throw new SafetensorsException(
          file, "data", "%d bytes".formatted(dataBytes), "%d bytes".formatted(position));
    }
  }

  private void expect(JsonParser parser, JsonToken token, String subject, String expected)
      throws IOException {
    JsonToken next = parser.nextToken();
    if (next != token) {
      throw new SafetensorsException(
          file, subject, next == null ? "nothing" : parser.getText(), expected);
    }
  }
}
