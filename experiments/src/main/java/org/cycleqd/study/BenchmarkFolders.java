package org.cycleqd.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders that only last as long as a benchmark. */
public final class BenchmarkFolders {

  private static final Path MEMORY = Path.of("/dev/shm");

  private BenchmarkFolders() {}

  /** A new folder in memory, where forcing files to disk costs nothing, or else on disk. */
  public static Path inMemory() throws IOException {
    return Files.isWritable(MEMORY)
        ? Files.createTempDirectory(MEMORY, "cycleqd-bench")
        : Files.createTempDirectory("cycleqd-bench");
  }

  /** Deletes a folder with all that is in it. */
  public static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path entry : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    }
  }
}
