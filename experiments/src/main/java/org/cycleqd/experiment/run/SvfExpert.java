package org.cycleqd.experiment.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.adapter.LowRankFactors;
import org.cycleqd.spectral.Expert;
import org.cycleqd.spectral.svf.SvfExport;
import org.cycleqd.spectral.svf.SvfFile;
import org.cycleqd.tensor.TensorRows;

/**
 * An expert that a configuration names by an SVF file, opened as the model it stands for: a folder
 * of the base's size among the temporary files, deleted on closing.
 *
 * @param folder the temporary folder
 * @param model the model in it
 */
record SvfExpert(Path folder, Expert model) implements Expert {

  /** Whether a path is an SVF file's, and not a model folder's. */
  static boolean isAt(Path path) {
    return Files.isRegularFile(path);
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it is no SVF expert, or one of another base
   */
  static SvfExpert open(Checkpoint base, Path file) throws IOException {
    Path folder = Files.createTempDirectory("cycleqd-svf-");
    try {
      Path model = folder.resolve("model");
      SvfExport.model(base, SvfFile.read(file), model, _ -> {});
      return new SvfExpert(folder, Expert.open(base, model));
    } catch (IOException | RuntimeException e) {
      delete(folder);
      throw e;
    }
  }

  @Override
  public String digest() {
    return model.digest();
  }

  @Override
  public Optional<TensorRows> weights(String tensor) {
    return model.weights(tensor);
  }

  @Override
  public Optional<LowRankFactors> factors(String tensor) {
    return model.factors(tensor);
  }

  @Override
  public void close() {
    model.close();
    delete(folder);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> contentFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : contentFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
