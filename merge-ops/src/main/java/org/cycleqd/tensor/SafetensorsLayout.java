package org.cycleqd.tensor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where everything lies in a safetensors file that is to be written.
 *
 * <p>The order is the reference writer's: wide dtypes first, then by name, data aligned to 8 bytes.
 */
final class SafetensorsLayout {

  private static final JsonFactory JSON = new JsonFactory();
  private static final Comparator<TensorSpec> ORDER =
      Comparator.comparing(TensorSpec::dtype, Comparator.reverseOrder())
          .thenComparing(SafetensorsLayout::nameBytes, Arrays::compareUnsigned);

  private final byte[] header;
  private final Map<String, Long> offsets = new HashMap<>();
  private final long fileBytes;

  private SafetensorsLayout(byte[] header, List<TensorSpec> ordered) {
    this.header = header;
    long offset = header.length;
    for (TensorSpec spec : ordered) {
      offsets.put(spec.name(), offset);
      offset = Math.addExact(offset, spec.bytes());
    }
    this.fileBytes = offset;
  }

  /**
   * Lays out tensors.
   *
   * @throws IllegalArgumentException if two tensors have one name, or the header gets too large
   */
  static SafetensorsLayout of(Map<String, String> metadata, Collection<TensorSpec> specs)
      throws IOException {
    List<TensorSpec> ordered = specs.stream().sorted(ORDER).toList();
    requireNames(ordered);
    return new SafetensorsLayout(header(metadata, ordered), ordered);
  }

  /** Everything before the data: the framed header. */
  byte[] header() {
    return header;
  }

  /** Where a tensor's data begins in the file, in bytes. */
  long offset(TensorSpec spec) {
    return Objects.requireNonNull(offsets.get(spec.name()), spec.name());
  }

  /** Size of the whole file in bytes. */
  long fileBytes() {
    return fileBytes;
  }

  private static byte[] header(Map<String, String> metadata, List<TensorSpec> ordered)
      throws IOException {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator generator = JSON.createGenerator(json)) {
      generator.writeStartObject();
      if (!metadata.isEmpty()) {
        generator.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
          generator.writeStringField(entry.getKey(), entry.getValue());
        }
        generator.writeEndObject();
      }
      long offset = 0;
      for (TensorSpec spec : ordered) {
        long end = Math.addExact(offset, spec.bytes());
        writeEntry(generator, spec, offset, end);
        offset = end;
      }
      generator.writeEndObject();
    }
    return framed(json.toByteArray());
  }

  private static void writeEntry(JsonGenerator generator, TensorSpec spec, long begin, long end)
      throws IOException {
    generator.writeObjectFieldStart(spec.name());
    generator.writeStringField("dtype", spec.dtype().name());
    long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
    generator.writeFieldName("shape");
    generator.writeArray(shape, 0, shape.length);
    generator.writeFieldName("data_offsets");
    generator.writeArray(new long[] {begin, end}, 0, 2);
    generator.writeEndObject();
  }

  private static byte[] framed(byte[] json) {
    int padded = Math.ceilDiv(json.length, Long.BYTES) * Long.BYTES;
    if (padded > SafetensorsFile.MAXIMUM_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "header: found %d bytes, expected at most %d"
              .formatted(padded, SafetensorsFile.MAXIMUM_HEADER_BYTES));
    }
    ByteBuffer framed = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    framed.putLong(padded).put(json);
    while (framed.hasRemaining()) {
      framed.put((byte) ' ');
    }
    return framed.array();
  }

  private static void requireNames(List<TensorSpec> ordered) {
    Set<String> names = new HashSet<>();
    for (TensorSpec spec : ordered) {
      if (spec.name().equals(SafetensorsHeader.METADATA) || !names.add(spec.name())) {
        throw new IllegalArgumentException(
            "tensor %s: found a reserved or repeated name, expected distinct names"
                .formatted(spec.name()));
      }
    }
  }

  private static byte[] nameBytes(TensorSpec spec) {
    return spec.name().getBytes(StandardCharsets.UTF_8);
  }
}
