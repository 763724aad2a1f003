package org.cycleqd.serve;

import java.util.List;
import java.util.Optional;

/**
 * A part of an answer.
 *
 * @param choice number of the answer
 * @param text what is new
 * @param tokens that were taken for it; all pieces' tokens are those of the answer
 * @param finish why it is the last one, if it is
 */
record Piece(int choice, String text, List<Spoken> tokens, Optional<Finish> finish) {

  Piece {
    tokens = List.copyOf(tokens);
  }
}
