package org.cycleqd.engine;

import java.util.List;

/** Which items are asked next. */
interface ItemOrder {

  /**
   * The next questions.
   *
   * @param seen what is known, in task order; not everything
   * @return at least one question that was not asked
   */
  List<Question> next(List<SeenScores> seen);
}
