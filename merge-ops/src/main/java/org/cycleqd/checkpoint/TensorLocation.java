package org.cycleqd.checkpoint;

import java.nio.file.Path;

/**
 * Where a tensor's data begins.
 *
 * @param file the weight file, in the model's folder
 * @param offset bytes from the start of the file
 */
public record TensorLocation(Path file, long offset) implements Comparable<TensorLocation> {

  /** By file, then by offset: the order in which a disk is read forwards. */
  @Override
  public int compareTo(TensorLocation other) {
    int byFile = file.compareTo(other.file);
    return byFile != 0 ? byFile : Long.compare(offset, other.offset);
  }
}
