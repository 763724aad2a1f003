package org.cycleqd.spectral;

import java.nio.file.Path;

/** Is told how far the building of bases is, one call at a time. */
public interface BasisListener {

  /**
   * A task vector is taken apart and kept on disk.
   *
   * @param expert the expert's name
   * @param done tensors of this expert that are done
   * @param total of how many
   * @param tensor the one that was finished
   */
  void decomposed(String expert, int done, int total, String tensor);

  /**
   * A stored basis is damaged, and is built again.
   *
   * @param reason what is wrong with it
   */
  void damaged(Path file, String reason);

  /** Listens to nothing. */
  static BasisListener silent() {
    return new BasisListener() {
      @Override
      public void decomposed(String expert, int done, int total, String tensor) {}

      @Override
      public void damaged(Path file, String reason) {}
    };
  }
}
