package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A hidden folder that becomes the target by renaming, or is deleted when closed before. */
public final class StagedFolder implements AutoCloseable {

  private final Path target;
  private final Path staged;
  private final ExistingTarget existing;

  private StagedFolder(Path target, Path staged, ExistingTarget existing) {
    this.target = target;
    this.staged = staged;
    this.existing = existing;
  }

  /**
   * Creates the hidden folder, and the target's parent if needed.
   *
   * @throws CheckpointException if the target may not be written
   */
  public static StagedFolder beside(Path target, ExistingTarget existing) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new CheckpointException(target, "target", "a file system root", "a folder in one");
    }
    requireWritable(absolute, existing);
    Files.createDirectories(parent);
    return new StagedFolder(absolute, Files.createDirectory(hidden(absolute, "partial")), existing);
  }

  /** The hidden folder. */
  public Path path() {
    return staged;
  }

  /** Writes and syncs a new file in the hidden folder. */
  public void write(String name, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            staged.resolve(name), StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** Makes the hidden folder the target. */
  public void publish() throws IOException {
    sync(staged, StandardOpenOption.READ);
    requireWritable(target, existing);
    if (isFilled(target)) {
      replace();
    } else {
      Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE);
    }
    sync(target.resolveSibling("."), StandardOpenOption.READ);
  }

  private void replace() throws IOException {
    Path old = hidden(target, "old");
    Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    delete(old);
  }

  @Override
  public void close() throws IOException {
    delete(staged);
  }

  private static void requireWritable(Path target, ExistingTarget existing) throws IOException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException(target, "target", "a file or link", "a folder or nothing");
    }
    if (existing == ExistingTarget.REFUSE && isFilled(target)) {
      throw new CheckpointException(
          target, "target", "a folder with content", "an empty or no folder, or leave to replace");
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

  private static Path hidden(Path target, String purpose) {
    return target.resolveSibling(
        ".%s.%s.%s".formatted(target.getFileName(), UUID.randomUUID(), purpose));
  }

  private static void sync(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> entries;
    try (Stream<Path> walk = Files.walk(folder)) {
      entries = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path entry : entries) {
      Files.delete(entry);
    }
  }
}
