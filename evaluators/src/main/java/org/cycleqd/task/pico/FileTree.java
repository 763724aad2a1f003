package org.cycleqd.task.pico;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** The six files in a temporary folder that every user may read. */
record FileTree(Path folder) implements AutoCloseable {

  static FileTree write() {
    try {
      Path folder = Files.createTempDirectory("pico-files");
      for (Map.Entry<String, List<String>> file : TextFiles.contents().entrySet()) {
        Path path =
            Files.writeString(
                folder.resolve(file.getKey()), String.join("\n", file.getValue()) + "\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--r--r--"));
      }
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      return new FileTree(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("writing the files that pipelines read", e);
    }
  }

  @Override
  public void close() {
    try {
      for (String name : TextFiles.contents().keySet()) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("deleting the files that pipelines read", e);
    }
  }
}
