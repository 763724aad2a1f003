package org.cycleqd.lm.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The merges that make a BPE vocabulary with scores: a piece comes of every pair of pieces that
 * spell it, and pairs of better pieces merge first.
 */
final class PieceMerges {

  private PieceMerges() {}

  /** Two pieces that become one. */
  record Merge(String left, String right) {}

  static List<Merge> of(PieceVocabulary vocabulary) {
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < vocabulary.pieces().size(); id++) {
      Piece piece = vocabulary.pieces().get(id);
      switch (piece.kind()) {
        case NORMAL -> ids.put(piece.text(), id);
        case UNUSED -> throw unfit(vocabulary, id, "a piece that is not used");
        case UNKNOWN, CONTROL, USER_DEFINED, BYTE -> {}
      }
    }
    List<Merge> merges = new ArrayList<>();
    ids.entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<String, Integer>>comparingDouble(
                    entry -> -vocabulary.pieces().get(entry.getValue()).score())
                .thenComparing(Map.Entry.comparingByValue()))
        .forEach(entry -> addPairs(vocabulary, ids, entry, merges));
    return merges;
  }

  private static void addPairs(
      PieceVocabulary vocabulary,
      Map<String, Integer> ids,
      Map.Entry<String, Integer> piece,
      List<Merge> merges) {
    String text = piece.getKey();
    int before = merges.size();
    for (int cut = text.offsetByCodePoints(0, 1);
        cut < text.length();
        cut = text.offsetByCodePoints(cut, 1)) {
      String left = text.substring(0, cut);
      String right = text.substring(cut);
      if (ids.containsKey(left) && ids.containsKey(right)) {
        merges.add(new Merge(left, right));
      }
    }
    boolean isCharacter = text.codePointCount(0, text.length()) == 1;
    if (!isCharacter
        && merges.size() == before
        && text.codePoints().anyMatch(c -> !ids.containsKey(Character.toString(c)))) {
      throw unfit(vocabulary, piece.getValue(), "a piece whose characters are no pieces");
    }
  }

  private static IllegalArgumentException unfit(PieceVocabulary vocabulary, int id, String found) {
    return new IllegalArgumentException(
        "%s: piece %d: found %s (%s), expected one that merges make"
            .formatted(vocabulary.name(), id, found, vocabulary.pieces().get(id).text()));
  }
}
