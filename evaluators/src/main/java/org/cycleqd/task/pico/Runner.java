package org.cycleqd.task.pico;

import java.util.List;

/** Really runs answers. Implementations are safe for concurrent use. */
interface Runner {

  /** One answer with the reference whose inputs it is run on. */
  record Attempt(String reference, String answer) {}

  /** Runs a batch, hostile answers included; one outcome for each attempt, in the same order. */
  List<Outcome> run(List<Attempt> attempts);
}
