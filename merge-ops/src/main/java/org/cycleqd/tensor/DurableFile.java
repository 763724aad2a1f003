package org.cycleqd.tensor;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A new file whose data is synced before anybody relies on it.
 *
 * <p>Where the operating system only says that it cannot write, the errors here name the file and
 * tell a full disk. Any thread may write.
 */
public final class DurableFile implements AutoCloseable {

  private static final long MAXIMUM_WRITE_BYTES = 1L << 30;

  private final Path path;
  private final long size;
  private final FileChannel channel;

  private DurableFile(Path path, long size, FileChannel channel) {
    this.path = path;
    this.size = size;
    this.channel = channel;
  }

  /**
   * Creates a file.
   *
   * @param path where nothing is yet
   * @param size bytes that are going to be written, for the message when the disk gets full
   * @throws java.nio.file.FileAlreadyExistsException if something is there
   * @throws IOException if the file cannot be created
   */
  public static DurableFile create(Path path, long size) throws IOException {
    return new DurableFile(
        path,
        size,
        FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
  }

  /** Where the file is. */
  public Path path() {
    return path;
  }

  /**
   * Writes bytes at a position.
   *
   * @param data in native memory or a byte array
   * @throws IOException naming the file, and if the disk is full how much is free and how much is
   *     needed
   */
  public void write(long position, MemorySegment data) throws IOException {
    try {
      for (long start = 0; start < data.byteSize(); start += MAXIMUM_WRITE_BYTES) {
        long length = Math.min(MAXIMUM_WRITE_BYTES, data.byteSize() - start);
        ByteBuffer part = data.asSlice(start, length).asByteBuffer();
        long next = position + start;
        while (part.hasRemaining()) {
          next += channel.write(part, next);
        }
      }
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      throw explained(e);
    }
  }

  /**
   * Waits until the data is on the disk.
   *
   * @throws IOException if it does not get there
   */
  public void sync() throws IOException {
    try {
      channel.force(true);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      throw explained(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private IOException explained(IOException failure) throws IOException {
    long free = Files.getFileStore(path).getUsableSpace();
    String message =
        free < size
            ? "%s: disk full (%s): found %s free, expected %s for this file"
                .formatted(
                    path,
                    failure.getMessage(),
                    ByteSize.of((double) free),
                    ByteSize.of((double) size))
            : "%s: %s".formatted(path, failure.getMessage());
    return new IOException(message, failure);
  }
}
