package org.cycleqd.merge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.cycleqd.checkpoint.CheckpointException;

/** Keeps a merge from replacing what it is made of. */
final class TargetCheck {

  private TargetCheck() {}

  /**
   * Refuses a target that is, contains or lies in one of the folders that are read.
   *
   * @throws CheckpointException naming the folder
   * @throws IOException if a path cannot be resolved
   */
  static void require(Path target, Set<Path> inputs) throws IOException {
    Path place = real(target.toAbsolutePath().normalize());
    for (Path input : inputs) {
      Path folder = input.toRealPath();
      if (place.startsWith(folder) || folder.startsWith(place)) {
        String relation =
            place.equals(folder) ? "" : place.startsWith(folder) ? "a place in " : "a folder with ";
        throw new CheckpointException(
            target,
            "target",
            "%sthe merged model %s".formatted(relation, input),
            "a folder apart from the models");
      }
    }
  }

  /** The path without links, as far as there is something. */
  private static Path real(Path path) throws IOException {
    Path parent = path.getParent();
    Path name = path.getFileName();
    if (Files.exists(path) || parent == null || name == null) {
      return path.toRealPath();
    }
    return real(parent).resolve(name);
  }
}
