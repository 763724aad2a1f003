package org.cycleqd.task;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A published set whose answers are marked one by one, without running anything.
 *
 * @param marking marks an answer to an item
 */
public record PublishedTask(
    String name,
    String description,
    Asking asking,
    Provenance provenance,
    ItemSplits splits,
    BiFunction<Item, String, Verdict> marking)
    implements PublishedSet {

  @Override
  public List<Verdict> judge(List<Item> items, List<String> answers) {
    if (items.size() != answers.size()) {
      throw new IllegalArgumentException(
          "%s: %d items but %d answers".formatted(name, items.size(), answers.size()));
    }
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      verdicts.add(marking.apply(items.get(i), answers.get(i)));
    }
    return verdicts;
  }
}
