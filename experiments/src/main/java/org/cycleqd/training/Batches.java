package org.cycleqd.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.random.Draws;

/**
 * An endless series of batches, epoch after epoch in a new order. Texts of like length share a
 * batch, so that little of it is padding. An epoch leaves out the few texts that would not fill a
 * batch, other ones each time.
 */
final class Batches {

  /** Batches whose texts are sorted together; more means less padding and less mixing. */
  private static final int BUCKET = 16;

  private final List<Sequence> sequences;
  private final int size;
  private final Draws draws;
  private final List<List<Sequence>> ready = new ArrayList<>();
  private int epoch;

  Batches(List<Sequence> sequences, int size, Draws draws) {
    if (sequences.size() < size) {
      throw new IllegalArgumentException(
          "a batch of %d needs as many training texts, found %d".formatted(size, sequences.size()));
    }
    this.sequences = sequences;
    this.size = size;
    this.draws = draws;
  }

  /** The next batch. */
  List<Sequence> next() {
    if (ready.isEmpty()) {
      fill();
      epoch++;
    }
    return ready.removeLast();
  }

  private void fill() {
    List<Sequence> order = shuffled(sequences, draws.child("texts").child(epoch));
    // The remainder goes before the sorting, or it would always be the longest texts.
    order = order.subList(0, order.size() - order.size() % size);
    int span = size * BUCKET;
    for (int from = 0; from < order.size(); from += span) {
      List<Sequence> bucket =
          new ArrayList<>(order.subList(from, Math.min(from + span, order.size())));
      bucket.sort(Comparator.comparingInt(sequence -> sequence.ids().length));
      for (int i = 0; i < bucket.size(); i += size) {
        ready.add(bucket.subList(i, i + size));
      }
    }
    List<List<Sequence>> mixed = shuffled(ready, draws.child("batches").child(epoch));
    ready.clear();
    ready.addAll(mixed);
  }

  private static <T> List<T> shuffled(List<T> list, Draws draws) {
    List<T> result = new ArrayList<>(list);
    IntStream.iterate(result.size() - 1, i -> i > 0, i -> i - 1)
        .forEach(i -> Collections.swap(result, i, draws.below(i, i + 1)));
    return result;
  }
}
