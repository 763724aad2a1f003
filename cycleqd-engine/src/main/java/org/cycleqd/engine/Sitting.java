package org.cycleqd.engine;

import java.util.List;

/** One model that is being scored, in instalments. Used by one thread. */
public interface Sitting extends AutoCloseable {

  /**
   * Scores some more items. An item's score is the same whenever and with whatever others it is
   * asked for.
   *
   * @param questions none was asked before in this sitting
   * @return one score in [0, 1] for each, in the same order
   * @throws EvaluationException if this candidate cannot be scored
   * @throws InterruptedException if the run is being stopped
   */
  double[] score(List<Question> questions) throws EvaluationException, InterruptedException;

  /** Ends the sitting, whatever was asked. */
  @Override
  void close();
}
