package org.cycleqd.task;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cycleqd.random.Draws;

/**
 * The items of a published set, in splits.
 *
 * @param training may be empty
 * @param optimisation shares no item with the others
 * @param test shares no item with the others
 * @param published those that published figures are over, in their order
 */
public record ItemSplits(
    List<Item> training, List<Item> optimisation, List<Item> test, List<Item> published) {

  /** Copies the lists. */
  public ItemSplits {
    training = List.copyOf(training);
    optimisation = List.copyOf(optimisation);
    test = List.copyOf(test);
    published = List.copyOf(published);
  }

  /**
   * A set that has one part only, in halves as in the CycleQD paper (section 4.1.2): items 0, 2, 4,
   * ... are for optimisation, 1, 3, 5, ... for the test.
   */
  public static ItemSplits halves(List<Item> items) {
    return new ItemSplits(List.of(), everySecond(items, 0), everySecond(items, 1), items);
  }

  /**
   * A set with a training part and a test part: items 0, 2, 4, ... of the training part are for
   * training, 1, 3, 5, ... for optimisation, as in Transformer-Squared.
   */
  public static ItemSplits of(List<Item> train, List<Item> test) {
    return new ItemSplits(everySecond(train, 0), everySecond(train, 1), test, test);
  }

  private static List<Item> everySecond(List<Item> items, int first) {
    List<Item> half = new ArrayList<>();
    for (int i = first; i < items.size(); i += 2) {
      half.add(items.get(i));
    }
    return half;
  }

  /** A split's items in their published order. */
  public List<Item> of(Split split) {
    return switch (split) {
      case TRAINING -> training;
      case OPTIMISATION -> optimisation;
      case TEST -> test;
      case VALIDATION -> List.of();
    };
  }

  /**
   * The first items of a split in the order that a seed draws.
   *
   * @param task names the task in an error
   * @throws IllegalArgumentException if there are not so many
   */
  public List<Item> items(String task, Split split, int count, long seed) {
    List<Item> all = of(split);
    if (count < 0 || count > all.size()) {
      throw new IllegalArgumentException(
          "%s: %d items of the %s split, there are %d"
              .formatted(task, count, split.name().toLowerCase(Locale.ROOT), all.size()));
    }
    Map<String, Long> places = new HashMap<>();
    all.forEach(item -> places.put(item.id(), Draws.at(seed, "order", item.id()).bits(0)));
    return all.stream()
        .sorted(Comparator.comparing(item -> places.getOrDefault(item.id(), 0L)))
        .limit(count)
        .toList();
  }

  /** Whether an item is one of those that published figures are over. */
  public boolean isPublished(Item item) {
    return published.stream().anyMatch(other -> other.id().equals(item.id()));
  }

  /** Examples from the training split; see {@link Task#training}. */
  public List<Example> training(String task, int count, long seed) {
    return items(task, Split.TRAINING, count, seed).stream()
        .map(item -> new Example(item.prompt(), item.reference()))
        .toList();
  }
}
