package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The hidden names beside a target that one publication uses, held by a lock.
 *
 * <p>For target {@code m} they are {@code .m.PROCESS.AREA.} with {@code lock}, {@code partial} (the
 * folder being written), {@code old} (a complete folder that is being replaced) or {@code trash} (a
 * folder being deleted). The operating system gives the lock back when the process ends, however it
 * ends, so that the next publication can tell leftovers from work in progress.
 */
final class StagingArea implements AutoCloseable {

  // A process must not open a lock file of its own twice: closing one channel would release the
  // locks of the other. This name keeps its publications off each other's files.
  private static final String PROCESS = fresh();
  private static final String TOKEN = "[0-9a-f]{16}\\.[0-9a-f]{16}";

  private final Path target;
  private final String token;
  private final FileChannel channel;

  private StagingArea(Path target, String token, FileChannel channel) {
    this.target = target;
    this.token = token;
    this.channel = channel;
  }

  /** Takes fresh names beside an absolute target whose parent exists. */
  static StagingArea claim(Path target) throws IOException {
    while (true) {
      String token = PROCESS + "." + fresh();
      // Where the file system has no locks, leftovers are never stale and stay.
      StagingArea area = held(target, token, StandardOpenOption.CREATE_NEW, true);
      if (area != null) {
        return area;
      }
    }
  }

  /**
   * Removes what publications of dead processes left beside a target. If one died between moving
   * the old folder away and the new one in, the old one is put back.
   */
  static void recover(Path target) throws IOException {
    for (String token : tokens(target)) {
      try (StagingArea area = held(target, token, StandardOpenOption.CREATE, false)) {
        if (area != null && exists(area.old())) {
          if (exists(target)) {
            area.discardOld();
          } else {
            Files.move(area.old(), target, StandardCopyOption.ATOMIC_MOVE);
          }
        }
      }
    }
  }

  /** Where the new folder is written. */
  Path partial() {
    return hidden("partial");
  }

  /** Where the folder that is replaced waits; whatever is there is complete. */
  Path old() {
    return hidden("old");
  }

  /** Deletes the old folder. */
  void discardOld() throws IOException {
    Files.move(old(), hidden("trash"), StandardCopyOption.ATOMIC_MOVE);
    delete(hidden("trash"));
  }

  /** Deletes everything but an old folder, and gives the lock back. */
  @Override
  public void close() throws IOException {
    try (channel) {
      delete(partial());
      delete(hidden("trash"));
      if (!exists(old())) {
        // Last, while the lock is held: what has no lock file belongs to nobody alive.
        Files.deleteIfExists(hidden("lock"));
      }
    }
  }

  private static @Nullable StagingArea held(
      Path target, String token, StandardOpenOption creation, boolean withoutLocks)
      throws IOException {
    Path file = target.resolveSibling(".%s.%s.lock".formatted(target.getFileName(), token));
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, creation);
    // Whoever found the file before it was locked may have deleted it since.
    if (isLocked(channel, withoutLocks) && exists(file)) {
      return new StagingArea(target, token, channel);
    }
    channel.close();
    return null;
  }

  private static boolean isLocked(FileChannel channel, boolean withoutLocks) {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      return withoutLocks;
    }
  }

  private static List<String> tokens(Path target) throws IOException {
    Pattern hidden =
        Pattern.compile(
            "\\.%s\\.(%s)\\.(lock|partial|old|trash)"
                .formatted(Pattern.quote(String.valueOf(target.getFileName())), TOKEN));
    try (Stream<Path> siblings = Files.list(target.resolveSibling("."))) {
      return siblings
          .map(sibling -> hidden.matcher(String.valueOf(sibling.getFileName())))
          .filter(Matcher::matches)
          .map(matcher -> matcher.group(1))
          .filter(token -> !token.startsWith(PROCESS))
          .distinct()
          .sorted()
          .toList();
    }
  }

  private Path hidden(String purpose) {
    return target.resolveSibling(".%s.%s.%s".formatted(target.getFileName(), token, purpose));
  }

  private static String fresh() {
    return "%016x".formatted(UUID.randomUUID().getLeastSignificantBits());
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static void delete(Path folder) throws IOException {
    if (!exists(folder)) {
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
