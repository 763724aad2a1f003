package org.cycleqd.experiment.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cycleqd.experiment.ConfigReader;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.RunConfig;
import org.cycleqd.experiment.SyntheticConfig;
import org.cycleqd.experiment.UserException;
import org.cycleqd.tensor.AtomicFile;

/**
 * Where everything of a run lies.
 *
 * @param path the run's folder
 */
public record RunFolder(Path path) {

  private static final String CONFIG = "config.yaml";

  /** The folder of a config's run. */
  public static RunFolder of(RunConfig config) {
    return new RunFolder(config.runs().resolve(config.name()));
  }

  /** The resolved config. */
  public Path config() {
    return path.resolve(CONFIG);
  }

  /** The archives, one JSON file per task. */
  public Path archives() {
    return path.resolve("archives");
  }

  /** PNG and SVG pictures. */
  public Path figures() {
    return path.resolve("figures");
  }

  /** Exported model folders. */
  public Path exports() {
    return path.resolve("export");
  }

  /** The table of methods for machines. */
  public Path summary() {
    return path.resolve("summary.json");
  }

  /**
   * Whether the run's results were written when its journal was as it is now. Those of earlier
   * versions do not say when, and count.
   *
   * @param journal the journal's digest
   */
  public boolean reported(String journal) throws IOException {
    return Files.exists(summary())
        && new ObjectMapper()
            .readTree(summary().toFile())
            .path("journal")
            .asText(journal)
            .equals(journal);
  }

  /** What the elites scored on the validation items. */
  Path validation() {
    return path.resolve("validation.json");
  }

  /** What candidates answered, where that is kept. */
  Path answers() {
    return path.resolve("answers");
  }

  /** What models scored after the search. */
  Path scores() {
    return path.resolve("scores.jsonl");
  }

  /** The report for people. */
  public Path report() {
    return path.resolve("report.html");
  }

  /** Reads the config of a run that was started earlier. */
  public RunConfig readConfig() {
    if (!Files.isRegularFile(config())) {
      throw new UserException("%s is not a run: it holds no %s".formatted(path, CONFIG));
    }
    return ConfigReader.readRun(config(), List.of());
  }

  /**
   * Reads the config of a run that has models.
   *
   * @throws UserException if it has none
   */
  ExperimentConfig readModelConfig() {
    return switch (readConfig()) {
      case ExperimentConfig config -> config;
      case SyntheticConfig _ ->
          throw new UserException("%s is a synthetic run: it has no models".formatted(path));
    };
  }

  /**
   * Creates the folder with its config, or checks that the run there has the same config.
   *
   * @throws UserException if another run lies there
   */
  void claim(RunConfig config) throws IOException {
    Files.createDirectories(path);
    String text = config.yaml();
    if (!Files.exists(config())) {
      AtomicFile.write(config(), text);
      return;
    }
    // A run of an earlier version lacks keys that are new since; they had what is their default
    // now.
    List<String> held = readConfig().yaml().lines().toList();
    List<String> asked = text.lines().toList();
    for (int i = 0; i < Math.max(held.size(), asked.size()); i++) {
      String there = i < held.size() ? held.get(i).strip() : "(nothing)";
      String here = i < asked.size() ? asked.get(i).strip() : "(nothing)";
      if (!there.equals(here)) {
        throw new UserException(
            "%s holds a run with another config: '%s' there, '%s' here; give this one another --name, or carry that one on with: cycleqd resume %s"
                .formatted(path, there, here, path));
      }
    }
  }
}
