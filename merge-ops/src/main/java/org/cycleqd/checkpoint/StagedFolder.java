package org.cycleqd.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.cycleqd.tensor.ByteSize;
import org.cycleqd.tensor.DurableFile;

/** A hidden folder that becomes the target by renaming, or is deleted when closed before. */
public final class StagedFolder implements AutoCloseable {

  private final Path target;
  private final StagingArea area;
  private final ExistingTarget existing;
  private boolean replaced;

  private StagedFolder(Path target, StagingArea area, ExistingTarget existing) {
    this.target = target;
    this.area = area;
    this.existing = existing;
  }

  /**
   * Creates the hidden folder, and the target's parent if needed. Also clears away what earlier
   * publications to the target left when they were killed.
   *
   * @throws CheckpointException if the target may not be written
   */
  public static StagedFolder beside(Path target, ExistingTarget existing) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new CheckpointException(target, "target", "a file system root", "a folder in one");
    }
    Files.createDirectories(parent);
    StagingArea.recover(absolute);
    requireWritable(absolute, existing);
    StagingArea area = StagingArea.claim(absolute);
    try {
      Files.createDirectory(area.partial());
      return new StagedFolder(absolute, area, existing);
    } catch (IOException | RuntimeException | Error e) {
      area.close();
      throw e;
    }
  }

  /** The hidden folder. */
  public Path path() {
    return area.partial();
  }

  /** Refuses to begin what the disk cannot hold. */
  void requireSpace(long bytes) throws IOException {
    FileStore disk = Files.getFileStore(path());
    long free = disk.getUsableSpace();
    // Some network file systems do not tell their size.
    if (disk.getTotalSpace() > 0 && free < bytes) {
      throw new CheckpointException(
          target,
          "disk",
          ByteSize.of((double) free) + " free",
          ByteSize.of((double) bytes) + " for the weights");
    }
  }

  /** Writes and syncs a new file in the hidden folder. */
  public void write(String name, byte[] content) throws IOException {
    try (DurableFile file = DurableFile.create(path().resolve(name), content.length)) {
      file.write(0, MemorySegment.ofArray(content));
      file.sync();
    }
  }

  /** Makes the hidden folder the target; a folder that was replaced is deleted only on closing. */
  public void publish() throws IOException {
    sync(path());
    requireWritable(target, existing);
    if (isFilled(target)) {
      replace();
    } else {
      Files.move(path(), target, StandardCopyOption.ATOMIC_MOVE);
    }
    sync(target.resolveSibling("."));
  }

  private void replace() throws IOException {
    Files.move(target, area.old(), StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(path(), target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(area.old(), target, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    replaced = true;
  }

  @Override
  public void close() throws IOException {
    try (area) {
      if (replaced) {
        area.discardOld();
      }
    }
  }

  /**
   * Refuses a place that may not be written.
   *
   * @throws CheckpointException if something is there that may not be replaced
   */
  public static void requireWritable(Path target, ExistingTarget existing) throws IOException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException(target, "target", "a file or link", "a folder or nothing");
    }
    if (existing == ExistingTarget.REFUSE && isFilled(target)) {
      throw new CheckpointException(
          target,
          "target",
          "a folder with content",
          "an empty or no folder, or permission to replace it");
    }
  }

  private static boolean isFilled(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isPresent();
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
