package org.cycleqd.engine;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The lock of a run's folder, held by the process that writes its journal. */
public final class RunLock implements Closeable {

  /** The lock's file in a run's folder. */
  static final String FILE = "journal.lock";

  /** Looking at a lock takes it for a moment; whoever wants to hold it tries for longer. */
  private static final int ATTEMPTS = 20;

  private static final long PAUSE_MILLIS = 10;

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of a folder.
   *
   * @throws JournalException if another search holds it
   */
  static RunLock acquire(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (tryLock(channel, false) != null) {
          return new RunLock(channel);
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new JournalException("%s: another run holds this lock".formatted(file));
  }

  private static @Nullable FileLock tryLock(FileChannel channel, boolean shared)
      throws IOException {
    try {
      return channel.tryLock(0, Long.MAX_VALUE, shared);
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Whether a process is searching in a run's folder at this moment. */
  public static boolean held(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return tryLock(channel, true) == null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
