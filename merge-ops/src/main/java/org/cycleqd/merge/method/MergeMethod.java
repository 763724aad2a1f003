package org.cycleqd.merge.method;

import java.io.IOException;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/** A way to merge one tensor of several models. */
public interface MergeMethod {

  /** Its name, and what it wants. */
  Signature signature();

  /**
   * Looks at the whole tensor as far as needed.
   *
   * @param task the tensor, with the ingredients and parameters that the signature asks for
   * @return computes {@link org.cycleqd.merge.stream.Tile#out} of every tile, in one walk
   * @throws MergeException if parameters or values do not allow the merge
   * @throws IOException if the thread was interrupted
   */
  TileStep prepare(TensorTask task, Tiles tiles) throws IOException;

  /**
   * Memory in bytes that a tensor takes besides its tiles, e.g. for counters.
   *
   * @param threads number of threads
   */
  default long workingBytes(TensorTask task, int threads) {
    return 0;
  }
}
