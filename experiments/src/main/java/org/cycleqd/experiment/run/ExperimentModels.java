package org.cycleqd.experiment.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.experiment.BasisConfig;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.UserException;
import org.cycleqd.spectral.BasisListener;
import org.cycleqd.spectral.BasisStore;
import org.cycleqd.spectral.Expert;
import org.cycleqd.spectral.SingularBasis;

/** The base and the experts of a config, opened. */
final class ExperimentModels implements AutoCloseable {

  private final BasisConfig config;
  private final Checkpoint base;
  private final SequencedMap<String, Expert> experts = new LinkedHashMap<>();

  private ExperimentModels(BasisConfig config, Checkpoint base) {
    this.config = config;
    this.base = base;
  }

  /**
   * Opens the models.
   *
   * @throws IOException if one does not open or does not fit the base
   * @throws UserException if a folder is not there
   */
  static ExperimentModels open(ExperimentConfig config) throws IOException {
    requireFolder("base", config.base());
    ExperimentModels models = new ExperimentModels(config.basis(), Checkpoint.open(config.base()));
    try {
      for (int i = 0; i < config.experts().size(); i++) {
        Path path = config.experts().get(i).path();
        models.experts.put(
            config.experts().get(i).name(), models.expert("experts." + i + ".path", path));
      }
      return models;
    } catch (IOException | RuntimeException e) {
      models.close();
      throw e;
    }
  }

  private Expert expert(String field, Path path) throws IOException {
    if (SvfExpert.isAt(path)) {
      return SvfExpert.open(base, path, config.store());
    }
    requireFolder(field, path);
    return Expert.open(base, path);
  }

  private static void requireFolder(String field, Path path) {
    if (!Files.isDirectory(path)) {
      throw new UserException("%s: no model folder at %s".formatted(field, path));
    }
  }

  /**
   * The singular components of the experts, from the store or built now; closed by the caller.
   *
   * @throws IOException if a weight is not finite, or the store cannot be read or written
   */
  SingularBasis basis(BasisListener listener) throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    return new BasisStore(config.store(), threads).open(base, experts, config.policy(), listener);
  }

  /** The content of models and components, by name. */
  Map<String, String> digests() {
    Map<String, String> digests = new TreeMap<>();
    digests.put("base", base.digest());
    digests.put("basis", config.policy().text());
    experts.forEach((name, expert) -> digests.put("expert " + name, expert.digest()));
    return digests;
  }

  /** The folders of the experts' models or adapters, in order. */
  List<Path> experts() {
    return experts.values().stream().map(Expert::folder).toList();
  }

  Checkpoint base() {
    return base;
  }

  @Override
  public void close() {
    experts.values().forEach(Expert::close);
    base.close();
  }
}
