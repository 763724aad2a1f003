package org.cycleqd.merge.method;

import java.io.IOException;
import java.util.List;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tiles;

/** Decides which elements of task vectors stay. */
interface Sparsifier {

  /** Parameters of each model beside {@code density}. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /**
   * Looks at a tensor.
   *
   * @return which elements stay
   * @throws MergeException if parameters do not allow it
   * @throws IOException if the thread was interrupted
   */
  Sparsified prepare(TensorTask task, Tiles tiles) throws IOException;

  /** Memory in bytes that a tensor takes besides its tiles. */
  default long workingBytes(TensorTask task, int threads) {
    return 0;
  }
}
