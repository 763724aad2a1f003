package org.cycleqd.tensor;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A safetensors file that is being written, so that several can be open at a time.
 *
 * <p>The header follows from the specs alone, so it is written first and every piece of a tensor
 * goes straight to its final offset, in whatever order the tensors come. Until {@link #commit} the
 * data is in a hidden file beside the target, which {@link #close} deletes.
 *
 * <p>Tensors may be written by several threads; opening, committing and closing are for one.
 */
public final class SafetensorsOutput implements AutoCloseable {

  private final Path target;
  private final SafetensorsLayout layout;
  private final Map<String, TensorSpec> missing = new HashMap<>();
  private final DurableFile file;

  private SafetensorsOutput(
      Path target, SafetensorsLayout layout, Collection<TensorSpec> specs, DurableFile file) {
    this.target = target;
    this.layout = layout;
    this.file = file;
    specs.forEach(spec -> missing.put(spec.name(), spec));
  }

  /**
   * Starts a file.
   *
   * @param target the file that {@link #commit} creates or replaces
   * @param metadata free text entries of the header, such as {@link SafetensorsWriter#PYTORCH}
   * @param specs all tensors of the file; their order does not matter
   * @throws IllegalArgumentException if two tensors have one name, or the header gets too large
   * @throws IOException if the file cannot be created, or its disk is full
   */
  public static SafetensorsOutput open(
      Path target, Map<String, String> metadata, Collection<TensorSpec> specs) throws IOException {
    SafetensorsLayout layout = SafetensorsLayout.of(metadata, specs);
    Path absolute = target.toAbsolutePath();
    Path partial =
        absolute.resolveSibling(
            ".%s.%s.partial".formatted(absolute.getFileName(), UUID.randomUUID()));
    SafetensorsOutput output =
        new SafetensorsOutput(
            absolute, layout, specs, DurableFile.create(partial, layout.fileBytes()));
    try {
      output.file.write(0, MemorySegment.ofArray(layout.header()));
      return output;
    } catch (IOException | RuntimeException | Error e) {
      output.close();
      throw e;
    }
  }

  /**
   * The size that a file of these tensors will have, in bytes.
   *
   * @throws IllegalArgumentException if two tensors have one name, or the header gets too large
   */
  public static long fileBytes(Map<String, String> metadata, Collection<TensorSpec> specs)
      throws IOException {
    return SafetensorsLayout.of(metadata, specs).fileBytes();
  }

  /**
   * Has a source write one tensor; returns when all of it is in the file.
   *
   * @throws IllegalArgumentException if the file has no such tensor, or it was written before
   * @throws IOException if the source fails or does not write all of the tensor, or the disk is
   *     full
   */
  public void write(TensorSpec spec, TensorSource source) throws IOException {
    synchronized (missing) {
      if (!missing.remove(spec.name(), spec)) {
        throw new IllegalArgumentException(
            "%s: tensor %s: found %s %s, expected one of the file's that was not written yet"
                .formatted(target, spec.name(), spec.dtype(), spec.shape()));
      }
    }
    Place place = new Place(spec);
    source.write(spec, place);
    place.requireComplete();
  }

  /** Whether all tensors were handed to {@link #write}. */
  public boolean isComplete() {
    synchronized (missing) {
      return missing.isEmpty();
    }
  }

  /**
   * Syncs the data and gives the file its name.
   *
   * @throws IllegalStateException if a tensor is missing
   * @throws IOException if the data does not reach the disk
   */
  public void commit() throws IOException {
    if (!isComplete()) {
      throw new IllegalStateException("%s: tensors are missing: %s".formatted(target, missing));
    }
    file.sync();
    Files.move(file.path(), target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Ends writing; what was not committed is deleted. */
  @Override
  public void close() throws IOException {
    file.close();
    Files.deleteIfExists(file.path());
  }

  /** One tensor's place in the file. */
  private final class Place implements TensorTarget {

    private final TensorSpec spec;
    private final long start;
    private final AtomicLong written = new AtomicLong();

    Place(TensorSpec spec) {
      this.spec = spec;
      this.start = layout.offset(spec);
    }

    @Override
    public void put(long offset, MemorySegment bytes) throws IOException {
      if (offset < 0 || bytes.byteSize() > spec.bytes() - offset) {
        throw new IndexOutOfBoundsException(
            "tensor %s: found bytes %d to %d, expected them within %d"
                .formatted(spec.name(), offset, offset + bytes.byteSize(), spec.bytes()));
      }
      file.write(start + offset, bytes);
      written.addAndGet(bytes.byteSize());
    }

    void requireComplete() throws IOException {
      if (written.get() != spec.bytes()) {
        throw new IOException(
            "tensor %s: found %d bytes, expected %d for %s %s"
                .formatted(spec.name(), written.get(), spec.bytes(), spec.dtype(), spec.shape()));
      }
    }
  }
}
