package org.cycleqd.task;

import java.util.List;
import java.util.OptionalInt;

/** A skill that can be taught and examined. Implementations are safe for concurrent use. */
public interface Task {

  /** The task's name in configurations and reports, such as {@code pico-code}. */
  String name();

  /** One sentence on what is asked and how it is checked. */
  String description();

  /**
   * Lists items of a split, no two alike. The list is a pure function of its arguments, and the
   * list for a smaller count is its beginning.
   *
   * @param split the part to draw from
   * @param count how many items
   * @param seed chooses among the items of the split
   * @throws IllegalArgumentException if {@code count} is negative or more than the task can supply
   */
  List<Item> items(Split split, int count, long seed);

  /**
   * Lists examples from {@link Split#TRAINING}, no two with the same prompt; deterministic and
   * prefix-stable like {@link #items}.
   *
   * @param count how many examples
   * @param seed chooses among the examples
   * @throws IllegalArgumentException if {@code count} is negative or more than the task can supply
   */
  List<Example> training(int count, long seed);

  /** How many items a split has; empty where there is no end of them. */
  default OptionalInt size(Split split) {
    return OptionalInt.empty();
  }

  /**
   * The items that published figures of this task are over, in their published order; none where
   * items are generated.
   */
  default List<Item> published() {
    return List.of();
  }

  /** How its items are put to a model. */
  default Asking asking() {
    return new Asking.Line();
  }

  /** Where its items come from, and under which licence. */
  default Provenance provenance() {
    return Provenance.GENERATED;
  }

  /**
   * Whether an item belongs to the test part that a benchmark's authors published. A search is not
   * given such items unless it is told to, since the benchmark then measures nothing any more.
   */
  default boolean publishedTest(Item item) {
    return false;
  }

  /**
   * Marks a batch of answers. A wrong, failing or hostile answer gets a wrong verdict and does not
   * disturb the others.
   *
   * @param items the questions
   * @param answers one answer for each item, in the same order
   * @return one verdict for each answer, in the same order
   * @throws IllegalArgumentException if the lists differ in length
   */
  List<Verdict> judge(List<Item> items, List<String> answers);

  /**
   * Marks the items' own references, which should all be right.
   *
   * @return in the order of the items
   */
  default List<Verdict> check(List<Item> items) {
    return judge(items, items.stream().map(Item::reference).toList());
  }
}
