package org.cycleqd.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;

class BatchesTest {

  /** Text {@code i} begins with id {@code i} and has 2 to 41 tokens. */
  private static List<Sequence> texts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> {
          int[] ids = new int[2 + i * 17 % 40];
          ids[0] = i;
          return new Sequence(ids, 1);
        })
        .toList();
  }

  private static List<Integer> numbers(List<Sequence> batch) {
    return batch.stream().map(sequence -> sequence.ids()[0]).toList();
  }

  private static List<List<Integer>> run(int texts, int size, long seed, int batches) {
    Batches source = new Batches(texts(texts), size, Draws.at(seed));
    return IntStream.range(0, batches).mapToObj(_ -> numbers(source.next())).toList();
  }

  @Test
  void theSeedDecides() {
    assertThat(run(103, 5, 1, 60)).isEqualTo(run(103, 5, 1, 60)).isNotEqualTo(run(103, 5, 2, 60));
  }

  @Test
  void anEpochHoldsEveryTextOnce() {
    List<List<Integer>> batches = run(1000, 10, 1, 200);
    List<Integer> first = batches.subList(0, 100).stream().flatMap(List::stream).toList();
    List<Integer> second = batches.subList(100, 200).stream().flatMap(List::stream).toList();
    Integer[] all = IntStream.range(0, 1000).boxed().toArray(Integer[]::new);
    assertThat(first).containsExactlyInAnyOrder(all);
    assertThat(second).containsExactlyInAnyOrder(all).isNotEqualTo(first);
  }

  @Test
  void anEpochLeavesOutLessThanABatch() {
    List<Integer> epoch = run(1007, 10, 1, 100).stream().flatMap(List::stream).toList();
    assertThat(epoch).hasSize(1000).doesNotHaveDuplicates();
  }

  /** Also when there is only one bucket, whose longest texts would else be left out for ever. */
  @Test
  void everyTextHasItsTurn() {
    Set<Integer> seen = new HashSet<>();
    run(19, 10, 1, 30).forEach(seen::addAll);
    assertThat(seen).hasSize(19);
  }

  @Test
  void textsOfLikeLengthShareABatch() {
    Batches source = new Batches(texts(1000), 10, Draws.at(1));
    int padding = 0;
    List<Integer> longest = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      List<Sequence> batch = source.next();
      assertThat(batch).hasSize(10);
      int width = batch.stream().mapToInt(sequence -> sequence.ids().length).max().orElseThrow();
      padding += batch.stream().mapToInt(sequence -> width - sequence.ids().length).sum();
      longest.add(width);
    }
    assertThat(padding).isLessThan(2 * 1000);
    assertThat(longest).isNotEqualTo(longest.stream().sorted().toList());
  }

  @Test
  void aBatchMayHoldAllTexts() {
    assertThat(run(4, 4, 1, 3)).allMatch(batch -> new HashSet<>(batch).size() == 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Batches(texts(4), 5, Draws.at(1)))
        .withMessage("a batch of 5 needs as many training texts, found 4");
  }

  @Test
  void aTextNeedsPromptAndAnswer() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sequence(new int[3], 3))
        .withMessageContaining("3 of 3 tokens");
    assertThatIllegalArgumentException().isThrownBy(() -> new Sequence(new int[3], 0));
  }
}
