package org.cycleqd.experiment.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.digest.Sha256;
import org.cycleqd.spectral.Expert;
import org.cycleqd.spectral.svf.SvfExport;
import org.cycleqd.spectral.svf.SvfFile;

/**
 * An expert that a configuration names by an SVF file, opened as the model it stands for: a folder
 * of the base's size beside the stored bases, named by the content of file and base. It appears
 * complete or not at all, is written once, and serves all runs.
 */
final class SvfExpert {

  private SvfExpert() {}

  /** Whether a path is an SVF file's, and not a model folder's. */
  static boolean isAt(Path path) {
    return Files.isRegularFile(path);
  }

  /**
   * Opens a file.
   *
   * @param store where models are kept
   * @throws IOException if it is no SVF expert, or one of another base
   */
  static Expert open(Checkpoint base, Path file, Path store) throws IOException {
    String name = Sha256.of(base.digest() + Sha256.of(Files.readAllBytes(file)));
    Path model = store.resolve("svf").resolve(name);
    if (!Files.exists(model)) {
      try {
        SvfExport.model(base, SvfFile.read(file), model, _ -> {});
      } catch (CheckpointException e) {
        if (!Files.exists(model)) { // or another run was first
          throw e;
        }
      }
    }
    return Expert.open(base, model);
  }
}
