package org.cycleqd.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The journal of a run, open for writing by this process alone. Every record is on the disk before
 * {@link #append} returns.
 */
final class Journal implements Closeable {

  static final String FILE = "journal.jsonl";
  static final String LOCK = "journal.lock";

  private final Path file;
  private final FileChannel lock;
  private final FileChannel channel;
  private final List<String> records;
  private String chain;

  private Journal(Path file, FileChannel lock, FileChannel channel, JournalLines lines) {
    this.file = file;
    this.lock = lock;
    this.channel = channel;
    this.records = lines.records();
    this.chain = lines.chain();
  }

  /**
   * Opens or creates the journal of a run's folder and cuts off a torn tail.
   *
   * @throws JournalException if another run has it open, or it is damaged before its tail
   */
  static Journal open(Path directory) throws IOException {
    Files.createDirectories(directory);
    FileChannel lock = lock(directory.resolve(LOCK));
    try {
      Path file = directory.resolve(FILE);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        JournalLines lines = JournalLines.read(file);
        channel.truncate(lines.length()).position(lines.length());
        channel.force(true);
        forceDirectory(directory);
        return new Journal(file, lock, channel, lines);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock held;
    try {
      held = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      held = null;
    }
    if (held == null) {
      channel.close();
      throw new JournalException("%s: another run holds this lock".formatted(file));
    }
    return channel;
  }

  private static void forceDirectory(Path directory) {
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

  /** Appends a record's JSON. */
  void append(String record) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((JournalLines.line(chain, record) + "\n").getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(false);
    chain = JournalLines.chain(chain, record);
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      lock.close();
    }
  }
}
