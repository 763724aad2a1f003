package org.cycleqd.tensor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A safetensors file, memory-mapped and checked.
 *
 * <p>The layout is an unsigned 64-bit header size, a JSON header and the data. The file is accepted
 * only if the tensors fill the data exactly, each with the size that its dtype and shape imply;
 * duplicate names, unknown dtypes and unknown fields are refused. Source: the safetensors format
 * and its reference reader.
 *
 * <p>Views may be read by any thread until the file is closed.
 */
public final class SafetensorsFile implements AutoCloseable {

  /** Largest header that is accepted, in bytes, as in the reference reader. */
  public static final long MAXIMUM_HEADER_BYTES = 100_000_000;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path path;
  private final Arena arena;
  private final Map<String, String> metadata;
  private final SequencedMap<String, TensorView> tensors;
  private final Map<String, Long> offsets = new HashMap<>();

  private SafetensorsFile(
      Path path, Arena arena, SafetensorsHeader header, long dataOffset, MemorySegment data) {
    this.path = path;
    this.arena = arena;
    this.metadata = Collections.unmodifiableMap(header.metadata());
    SequencedMap<String, TensorView> views = new LinkedHashMap<>();
    for (SafetensorsHeader.Entry entry : header.entries()) {
      MemorySegment slice = data.asSlice(entry.begin(), entry.end() - entry.begin());
      views.put(entry.spec().name(), new TensorView(entry.spec(), slice));
      offsets.put(entry.spec().name(), dataOffset + entry.begin());
    }
    this.tensors = Collections.unmodifiableSequencedMap(views);
  }

  /**
   * Maps a file and checks all of its header.
   *
   * @throws SafetensorsException if the file does not keep to the format
   * @throws IOException if it cannot be read
   */
  public static SafetensorsFile open(Path path) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < Long.BYTES) {
        throw new SafetensorsException(path, "file", size + " bytes", "at least 8 bytes");
      }
      MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      long headerBytes = headerBytes(path, file);
      char[] json = headerText(path, file.asSlice(Long.BYTES, headerBytes));
      MemorySegment data = file.asSlice(Long.BYTES + headerBytes);
      SafetensorsHeader header = SafetensorsHeader.parse(path, json, data.byteSize());
      return new SafetensorsFile(path, arena, header, Long.BYTES + headerBytes, data);
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** The file's path as it was given. */
  public Path path() {
    return path;
  }

  /** The tensors by name, in the order of their data in the file. */
  public SequencedMap<String, TensorView> tensors() {
    return tensors;
  }

  /**
   * Where a tensor's data begins, in bytes from the start of the file.
   *
   * @throws IllegalArgumentException if the file has no tensor of this name
   */
  public long offset(String name) {
    Long offset = offsets.get(name);
    if (offset == null) {
      throw new IllegalArgumentException("%s: no tensor %s".formatted(path, name));
    }
    return offset;
  }

  /** The free text entries of the header; empty if there are none. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Unmaps the file; its views must not be read any more. */
  @Override
  public void close() {
    arena.close();
  }

  private static long headerBytes(Path path, MemorySegment file) throws SafetensorsException {
    long bytes = file.get(LONG, 0);
    if (Long.compareUnsigned(bytes, MAXIMUM_HEADER_BYTES) > 0) {
      throw new SafetensorsException(
          path,
          "header size",
          Long.toUnsignedString(bytes) + " bytes",
          "at most " + MAXIMUM_HEADER_BYTES);
    }
    if (bytes > file.byteSize() - Long.BYTES) {
      throw new SafetensorsException(
          path,
          "header size",
          "%d bytes in a file of %d".formatted(bytes, file.byteSize()),
          "a header within the file (is it truncated?)");
    }
    return bytes;
  }

  private static char[] headerText(Path path, MemorySegment header) throws SafetensorsException {
    if (header.byteSize() == 0 || header.get(ValueLayout.JAVA_BYTE, 0) != '{') {
      throw new SafetensorsException(path, "header", "another first character", "{");
    }
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(header.asByteBuffer());
      return Arrays.copyOf(text.array(), text.limit());
    } catch (CharacterCodingException e) {
      throw new SafetensorsException(path, "header", "malformed UTF-8", "valid UTF-8");
    }
  }
}
