package org.cycleqd.merge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.cycleqd.checkpoint.CheckpointException;

/** Keeps a merge from replacing what it is made of, or what is no model. */
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

  /**
   * Refuses to replace a folder that was hardly meant, such as one with many models: all that is in
   * a replaced folder is deleted.
   *
   * @throws CheckpointException if the target is a folder with other content than a model
   */
  static void requireReplaceable(Path target) throws IOException {
    if (!Files.isDirectory(target)) {
      return;
    }
    try (Stream<Path> entries = Files.list(target)) {
      List<String> names = entries.map(entry -> String.valueOf(entry.getFileName())).toList();
      boolean model =
          names.contains("config.json")
              && names.stream().anyMatch(name -> name.endsWith(".safetensors"));
      if (!names.isEmpty() && !model) {
        throw new CheckpointException(
            target, "target", "a folder that is no model", "a model, an empty or no folder");
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
