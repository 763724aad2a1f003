package org.cycleqd.merge.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Recipes, models and results of the peer. */
final class Golden {

  /** Number of layers of all models. */
  static final int LAYERS = 3;

  private Golden() {}

  static Path folder() {
    Path folder = Path.of(System.getProperty("cycleqd.root")).resolve("../shared/golden/merge");
    Assumptions.assumeTrue(Files.isDirectory(folder), "golden merges are not here");
    return folder;
  }

  static Path recipe(String name) {
    return folder().resolve("cases").resolve(name).resolve("config.yaml");
  }

  static List<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(folder().resolve("cases"))) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }
}
