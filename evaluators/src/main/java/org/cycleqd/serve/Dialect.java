package org.cycleqd.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** How an endpoint writes its answers. */
interface Dialect {

  /** What the id of an answer begins with. */
  String prefix();

  /** The kind of a whole answer. */
  String whole();

  /** The kind of a piece of a stream. */
  String part();

  /**
   * Writes a whole answer.
   *
   * @param choice has number and finish already
   * @param tokens to be reported, if the request wants that
   */
  void write(ObjectNode choice, String text, Optional<List<Spoken>> tokens);

  /**
   * Writes a piece of a stream.
   *
   * @param first whether it is the choice's first
   */
  void writePart(ObjectNode choice, Piece piece, boolean first, Optional<List<Spoken>> tokens);
}
