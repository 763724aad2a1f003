package org.cycleqd.checkpoint;

import java.io.IOException;

/** Hears of everything that is wrong with a model; whoever wants only the first throws it. */
@FunctionalInterface
interface ProblemSink {

  /** The sink of whoever opens a model to use it. */
  ProblemSink STRICT =
      problem -> {
        throw problem;
      };

  void report(IOException problem) throws IOException;
}
