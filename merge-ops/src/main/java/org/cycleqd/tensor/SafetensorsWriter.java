package org.cycleqd.tensor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes safetensors files without holding more than what the source holds.
 *
 * <p>The header follows from the specs alone, so it is written first and every piece of a tensor
 * goes straight to its final offset. The layout is the reference writer's: wide dtypes first, then
 * by name, data aligned to 8 bytes; equal tensors give equal files byte for byte.
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
   * @param specs the tensors; their order does not matter to the file
   * @param source called once for each tensor, in the order of {@code specs}
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
        writeFully(channel, 0, MemorySegment.ofArray(header));
        writeTensors(channel, specs, offsets(header.length, ordered), source);
        channel.force(true);
      }
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static void writeTensors(
      FileChannel channel,
      Collection<TensorSpec> specs,
      Map<String, Long> offsets,
      TensorSource source)
      throws IOException {
    for (TensorSpec spec : specs) {
      FileTarget target = new FileTarget(channel, Objects.requireNonNull(offsets.get(spec.name())));
      source.write(spec, target);
      target.requireComplete(spec);
    }
  }

  /** One tensor's place in the file. */
  private static final class FileTarget implements TensorTarget {

    private final FileChannel channel;
    private final long start;
    private final AtomicLong written = new AtomicLong();

    FileTarget(FileChannel channel, long start) {
      this.channel = channel;
      this.start = start;
    }

    @Override
    public void put(long offset, MemorySegment bytes) throws IOException {
      writeFully(channel, start + offset, bytes);
      written.addAndGet(bytes.byteSize());
    }

    void requireComplete(TensorSpec spec) throws IOException {
      if (written.get() != spec.bytes()) {
        throw new IOException(
            "tensor %s: found %d bytes, expected %d for %s %s"
                .formatted(spec.name(), written.get(), spec.bytes(), spec.dtype(), spec.shape()));
      }
    }
  }

  private static void writeFully(FileChannel channel, long position, MemorySegment data)
      throws IOException {
    for (long start = 0; start < data.byteSize(); start += MAXIMUM_WRITE_BYTES) {
      long length = Math.min(MAXIMUM_WRITE_BYTES, data.byteSize() - start);
      ByteBuffer part = data.asSlice(start, length).asByteBuffer();
      long next = position + start;
      while (part.hasRemaining()) {
        next += channel.write(part, next);
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

  private static Map<String, Long> offsets(long start, List<TensorSpec> ordered) {
    Map<String, Long> offsets = new HashMap<>();
    long offset = start;
    for (TensorSpec spec : ordered) {
      offsets.put(spec.name(), offset);
      offset += spec.bytes();
    }
    return offsets;
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
