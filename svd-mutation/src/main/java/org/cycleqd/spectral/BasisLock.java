package org.cycleqd.spectral;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A lock that the operating system gives back when the process ends, however it ends. Where the
 * file system has no locks two builds may run at a time; both write the same files, each at once.
 */
final class BasisLock implements AutoCloseable {

  private static final long PAUSE_MILLIS = 50;

  private final Path file;
  private final FileChannel channel;

  private BasisLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Waits for the lock.
   *
   * @throws IOException if the file cannot be created, or the thread was interrupted
   */
  static BasisLock await(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    // The channel is kept while waiting: closing it would release what other threads of this
    // process hold.
    while (!isHeld(channel)) {
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        channel.close();
        throw new IOException("interrupted", e);
      }
    }
    return new BasisLock(file, channel);
  }

  private static boolean isHeld(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another thread of this process builds
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file); // whoever waits on it finds the basis done
    channel.close();
  }
}
