package org.cycleqd.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The journal of a run, open for writing by this process alone. Every record is with the operating
 * system before {@link #append} returns; when it is on the disk, the policy says.
 */
final class Journal implements Closeable {

  static final String FILE = "journal.jsonl";

  private static final double NANOS = 1e9;

  private final Path file;
  private final RunLock lock;
  private final FileChannel channel;
  private final SyncPolicy sync;
  private final List<String> records;
  private String chain;
  private int unforced;
  private long forced = System.nanoTime();

  private Journal(
      Path file, RunLock lock, FileChannel channel, SyncPolicy sync, JournalLines lines) {
    this.file = file;
    this.lock = lock;
    this.channel = channel;
    this.sync = sync;
    this.records = lines.records();
    this.chain = lines.chain();
  }

  /**
   * Opens or creates the journal of a run's folder and cuts off a torn tail.
   *
   * @throws JournalException if another run has it open, or it is damaged before its tail
   */
  static Journal open(Path directory, SyncPolicy sync) throws IOException {
    Files.createDirectories(directory);
    RunLock lock = RunLock.acquire(directory);
    try {
      Path file = directory.resolve(FILE);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        JournalLines lines = JournalLines.read(file);
        channel.truncate(lines.length()).position(lines.length());
        channel.force(true);
        forceDirectory(directory);
        return new Journal(file, lock, channel, sync, lines);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  static void forceDirectory(Path directory) {
    // A new file survives a power cut only once its folder is written. Not every file system lets a
    // folder be opened; where it cannot be, there is nothing more to do.
    try (FileChannel channel = FileChannel.open(directory)) {
      channel.force(true);
    } catch (IOException e) {
      return;
    }
  }

  Path file() {
    return file;
  }

  /** The JSON of the records that the journal held when it was opened. */
  List<String> records() {
    return records;
  }

  /**
   * Appends a record's JSON.
   *
   * @throws FileSystemException if it cannot be written; what was written of it is a torn tail
   */
  void append(String record) throws IOException {
    String next = JournalLines.chain(chain, record);
    ByteBuffer bytes = ByteBuffer.wrap((JournalLines.line(next, record) + "\n").getBytes(UTF_8));
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      unforced++;
      if (due()) {
        force();
      }
    } catch (FileSystemException | ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      // A failed write tells the reason alone, such as a full disk.
      FileSystemException failure =
          new FileSystemException(file.toString(), null, String.valueOf(e.getMessage()));
      failure.initCause(e);
      throw failure;
    }
    chain = next;
  }

  private boolean due() {
    return switch (sync) {
      case SyncPolicy.EachRecord() -> true;
      case SyncPolicy.Batch(int most, double seconds) ->
          unforced >= most || System.nanoTime() - forced >= seconds * NANOS;
      case SyncPolicy.Never() -> false;
    };
  }

  private void force() throws IOException {
    channel.force(false);
    unforced = 0;
    forced = System.nanoTime();
  }

  @Override
  public void close() throws IOException {
    try (lock;
        channel) {
      if (unforced > 0 && channel.isOpen() && !(sync instanceof SyncPolicy.Never)) {
        force();
      }
    }
  }
}
