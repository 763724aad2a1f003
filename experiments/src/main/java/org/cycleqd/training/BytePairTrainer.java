package org.cycleqd.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Learns a byte-pair vocabulary (Sennrich et al., arXiv 1508.07909) for printable ASCII text: words
 * carry their leading space, digits stay single, ties go to the smaller pair so that the same text
 * always gives the same vocabulary. Other characters are unknown tokens, so pieces with them are
 * left out.
 */
final class BytePairTrainer {

  /** How text is cut before merging; the same pattern stands in {@code tokenizer.json}. */
  static final String SPLIT = " ?[A-Za-z_]+| ?[0-9]| ?[^\\sA-Za-z0-9_]+|\\s";

  /** The visible stand-in for a space in byte-level vocabularies. */
  static final char SPACE = 'Ġ';

  private static final Pattern PIECES = Pattern.compile(SPLIT);
  private static final Pattern PRINTABLE = Pattern.compile("[ -~]+");

  /** A merge of two symbols into one. */
  record Merge(String left, String right) {
    String joined() {
      return left + right;
    }
  }

  private BytePairTrainer() {}

  /**
   * Learns merges until the vocabulary is full or no pair occurs twice.
   *
   * @param texts the training text
   * @param merges the number of merges wanted
   */
  static List<Merge> learn(Iterable<String> texts, int merges) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String text : texts) {
      Matcher piece = PIECES.matcher(text);
      while (piece.find()) {
        String word = piece.group();
        if (PRINTABLE.matcher(word).matches()) {
          counts.merge(word.replace(' ', SPACE), 1, Integer::sum);
        }
      }
    }
    List<Word> words =
        counts.entrySet().stream().map(e -> Word.of(e.getKey(), e.getValue())).toList();
    List<Merge> learned = new ArrayList<>();
    while (learned.size() < merges) {
      Map<Merge, Integer> pairs = new HashMap<>();
      words.forEach(word -> word.count(pairs));
      Map.Entry<Merge, Integer> best =
          pairs.entrySet().stream()
              .max(
                  Map.Entry.<Merge, Integer>comparingByValue()
                      .thenComparing(
                          Map.Entry::getKey,
                          Comparator.comparing(Merge::left).thenComparing(Merge::right).reversed()))
              .orElse(null);
      if (best == null || best.getValue() < 2) {
        break;
      }
      learned.add(best.getKey());
      words.forEach(word -> word.apply(best.getKey()));
    }
    return learned;
  }

  /** A distinct piece of text as its current symbols. */
  private record Word(List<String> symbols, int count) {

    static Word of(String text, int count) {
      return new Word(new ArrayList<>(text.chars().mapToObj(Character::toString).toList()), count);
    }

    void count(Map<Merge, Integer> pairs) {
      for (int i = 0; i + 1 < symbols.size(); i++) {
        pairs.merge(new Merge(symbols.get(i), symbols.get(i + 1)), count, Integer::sum);
      }
    }

    void apply(Merge merge) {
      for (int i = 0; i + 1 < symbols.size(); i++) {
        if (symbols.get(i).equals(merge.left()) && symbols.get(i + 1).equals(merge.right())) {
          symbols.set(i, merge.joined());
          symbols.remove(i + 1);
        }
      }
    }
  }
}
