package org.cycleqd.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Map;

/**
 * Writes a safetensors file from one source, without holding more than what the source holds.
 *
 * <p>The layout is the reference writer's; equal tensors give equal files byte for byte. Whoever
 * writes several files at a time uses {@link SafetensorsOutput}.
 */
public final class SafetensorsWriter {

  /** The metadata that Hugging Face libraries expect in a file of PyTorch weights. */
  public static final Map<String, String> PYTORCH = Map.of("format", "pt");

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
    try (SafetensorsOutput output = SafetensorsOutput.open(file, metadata, specs)) {
      for (TensorSpec spec : specs) {
        output.write(spec, source);
      }
      output.commit();
    }
  }

  /**
   * Writes a file whose data is all zeros; where the file system knows holes it takes no space.
   *
   * @param file must not exist
   * @param metadata free text entries of the header
   * @param specs the tensors, in any order
   * @throws IOException if the file cannot be written
   */
  public static void writeZeros(
      Path file, Map<String, String> metadata, Collection<TensorSpec> specs) throws IOException {
    SafetensorsLayout layout = SafetensorsLayout.of(metadata, specs);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      ByteBuffer header = ByteBuffer.wrap(layout.header());
      while (header.hasRemaining()) {
        channel.write(header);
      }
      channel.write(ByteBuffer.allocate(1), layout.fileBytes() - 1);
    }
  }
}
