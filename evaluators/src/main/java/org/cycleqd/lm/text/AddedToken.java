package org.cycleqd.lm.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A token that is cut out of a text before the rest is split.
 *
 * @param special whether it has a meaning of its own, such as the end of a turn
 */
record AddedToken(
    int id,
    String content,
    boolean special,
    boolean normalized,
    boolean lstrip,
    boolean rstrip,
    boolean singleWord) {

  static AddedToken exact(int id, String content, boolean special) {
    return new AddedToken(id, content, special, false, false, false, false);
  }

  void write(ObjectNode node) {
    node.put("id", id)
        .put("content", content)
        .put("single_word", singleWord)
        .put("lstrip", lstrip)
        .put("rstrip", rstrip)
        .put("normalized", normalized)
        .put("special", special);
  }
}
