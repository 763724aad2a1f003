package org.cycleqd.task;

import java.util.List;
import java.util.OptionalInt;

/** A task whose items are a published set, divided into splits. */
public interface PublishedSet extends Task {

  /** The set and its parts. */
  ItemSplits splits();

  @Override
  default List<Item> items(Split split, int count, long seed) {
    return splits().items(name(), split, count, seed);
  }

  @Override
  default List<Example> training(int count, long seed) {
    return splits().training(name(), count, seed);
  }

  @Override
  default OptionalInt size(Split split) {
    return OptionalInt.of(splits().of(split).size());
  }

  @Override
  default List<Item> published() {
    return splits().published();
  }

  @Override
  default boolean publishedTest(Item item) {
    return splits().isPublished(item);
  }
}
