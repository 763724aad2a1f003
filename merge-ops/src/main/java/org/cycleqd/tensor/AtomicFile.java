package org.cycleqd.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that are there completely or not at all, also after the machine has stopped. */
public final class AtomicFile {

  private AtomicFile() {}

  /**
   * Writes a text in UTF-8.
   *
   * @throws IOException naming the file
   */
  public static void write(Path file, String text) throws IOException {
    write(file, text.getBytes(UTF_8));
  }

  /**
   * Writes a temporary file beside the target, creating the folder if needed, waits until it is on
   * the disk and renames it. What is there stays until then.
   *
   * @throws IOException naming the file
   */
  public static void write(Path file, byte[] content) throws IOException {
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
    Path temporary = folder.resolve("." + file.getFileName() + ".part");
    Files.deleteIfExists(temporary); // of a process that was killed
    try {
      try (DurableFile data = DurableFile.create(temporary, content.length)) {
        data.write(0, MemorySegment.ofArray(content));
        data.sync();
      }
      move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
    // The new name is on the disk with the folder.
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
