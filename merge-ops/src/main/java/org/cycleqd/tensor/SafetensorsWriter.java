package org.cycleqd.tensor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Writes safetensors files without ever holding more than one tensor.
 *
 * <p>The header follows from the specs alone, so it is written first and every tensor goes straight
 * to its final offset. The layout is the reference writer's: wide dtypes first, then by name, data
 * aligned to 8 bytes; equal tensors give equal files byte for byte.
 */
public final class SafetensorsWriter {

  /** The metadata that Hugging Face libraries expect in a file of PyTorch weights. */
  public static final Map<String, String> PYTORCH = Map.of("format", "pt");

  private static final JsonFactory JSON = new JsonFactory();
  private static final long MAXIMUM_WRITE_BYTES = 1L << 30;
  private static final Comparator<TensorSpec> LAYOUT_ORDER =
      Comparator.comparing(TensorSpec::dtype, Comparator.reverseOrder())
          .thenComparing(SafetensorsWriter::nameBytes, Arrays::compareUnsigned);

  private SafetensorsWriter() {}

  /**
   * Writes a file, or leaves the folder as it was.
   *
   * <p>The data goes to a hidden file beside the target, which is synced and then renamed over it.
   *
   * @param file the target; an existing file is replaced
   * @param metadata free text entries of the header, such as {@link #PYTORCH}
   * @param specs the tensors, in any order
   * @param source called once for each tensor, in the order of the file
   * @throws IllegalArgumentException if two tensors have one name, or the header gets too large
   * @throws IOException if the source fails or the file cannot be written
   */
  public static void write(
      Path file, Map<String, String> metadata, Collection<TensorSpec> specs, TensorSource source)
      throws IOException {
    List<TensorSpec> ordered = specs.stream().sorted(LAYOUT_ORDER).toList();
    requireNames(ordered);
    byte[] header = header(metadata, ordered);
    Path target = file.toAbsolutePath();
    Path partial =
        target.resolveSibling(".%s.%s.partial".formatted(target.getFileName(), UUID.randomUUID()));
    try {
      try (FileChannel channel =
          FileChannel.open(partial, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        writeFully(channel, MemorySegment.ofArray(header));
        writeTensors(channel, ordered, source);
        channel.force(true);
      }
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static void writeTensors(
      FileChannel channel, List<TensorSpec> ordered, TensorSource source) throws IOException {
    long largest = ordered.stream().mapToLong(TensorSpec::bytes).max().orElse(0);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment buffer = arena.allocate(largest, Long.BYTES);
      for (TensorSpec spec : ordered) {
        MemorySegment target = buffer.asSlice(0, spec.bytes());
        // All bits set is a NaN in every weight dtype: a source that forgets elements shows.
        target.fill((byte) 0xFF);
        source.write(spec, target);
        writeFully(channel, target);
      }
    }
  }

  private static void writeFully(FileChannel channel, MemorySegment data) throws IOException {
    for (long start = 0; start < data.byteSize(); start += MAXIMUM_WRITE_BYTES) {
      long length = Math.min(MAXIMUM_WRITE_BYTES, data.byteSize() - start);
      ByteBuffer part = data.asSlice(start, length).asByteBuffer();
      while (part.hasRemaining()) {
        channel.write(part);
      }
    }
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
