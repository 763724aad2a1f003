package org.cycleqd.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads ask one model; each must get what it would get alone. */
@Timeout(120)
class DecodingLoopTest {

  private static final int CAPACITY = 120;

  private final ChainModel chain = ChainModel.of(CAPACITY, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0);

  @BeforeEach
  void randomWeights() {
    chain.randomise(8);
  }

  @AfterEach
  void close() {
    chain.close();
  }

  private static Request ask(int[] prompt) {
    return new Request(prompt, new int[0]);
  }

  private static int[] text(int number, int length) {
    Draws draws = Draws.at(9, number);
    int[] ids = new int[length];
    Arrays.setAll(ids, i -> draws.below(i, 12));
    return ids;
  }

  /** A dialogue: what the model says is put before the next question. */
  private interface Asker {
    int[] answer(int[] prompt) throws Exception;
  }

  private static List<int[]> dialogue(int number, Asker asker) throws Exception {
    List<int[]> answers = new ArrayList<>();
    int[] history = {};
    for (int turn = 0; turn < 4; turn++) {
      int[] question = text(10 * number + turn, 3 + (number + turn) % 9);
      int[] prompt = joined(history, question);
      int[] answer = asker.answer(prompt);
      answers.add(answer);
      history = joined(prompt, answer);
    }
    return answers;
  }

  private static int[] joined(int[] start, int[] end) {
    int[] all = Arrays.copyOf(start, start.length + end.length);
    System.arraycopy(end, 0, all, start.length, end.length);
    return all;
  }

  @Test
  void dialoguesOnManyThreadsAreAnsweredAsEachAlone() throws Exception {
    Generation generation = Generation.greedy(15, Set.of(5));
    List<List<int[]>> expected = new ArrayList<>();
    try (Decoder decoder = new Decoder(chain.model(), 1, CAPACITY)) {
      for (int d = 0; d < 12; d++) {
        expected.add(
            dialogue(
                d,
                prompt -> {
                  decoder.forget();
                  CompletableFuture<Answer> answer = decoder.submit(ask(prompt), generation);
                  decoder.drain();
                  return answer.join().ids();
                }));
      }
    }
    try (DecodingLoop loop = new DecodingLoop(chain.model(), 5, CAPACITY);
        ExecutorService threads = Executors.newFixedThreadPool(12)) {
      List<Future<List<int[]>>> found = new ArrayList<>();
      for (int d = 0; d < 12; d++) {
        int number = d;
        found.add(
            threads.submit(() ->
                dialogue(
                    number,
                    prompt -> loop.submit(ask(prompt), generation, Detail.NONE).get().ids())));
      }
      for (int d = 0; d < 12; d++) {
        for (int turn = 0; turn < 4; turn++) {
          assertThat(found.get(d).get().get(turn)).isEqualTo(expected.get(d).get(turn));
        }
      }
    }
  }

  @Test
  void whatIsNotAnsweredWhenItEndsIsCancelled() {
    DecodingLoop loop = new DecodingLoop(chain.model(), 1, CAPACITY);
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(
          loop.submit(ask(text(i, 5)), Generation.greedy(100, Set.of()), Detail.NONE, _ -> {}));
    }
    answers.getFirst().join();
    loop.close();
    assertThat(answers).allMatch(CompletableFuture::isDone).anyMatch(Future::isCancelled);
    assertThat(loop.waiting()).isZero();
  }

  @Test
  void nobodyWaitsForALoopThatBrokeDown() {
    Generation generation = Generation.greedy(5, Set.of());
    try (DecodingLoop loop = new DecodingLoop(chain.model(), 2, CAPACITY)) {
      var broken =
          loop.submit(
              ask(text(1, 5)),
              generation,
              Detail.NONE,
              _ -> {
                throw new OutOfMemoryError("made up by the test");
              });
      var beside = loop.submit(ask(text(2, 5)), generation, Detail.NONE);
      assertThatExceptionOfType(CancellationException.class).isThrownBy(broken::join);
      while (!beside.isDone()) {
        Thread.onSpinWait();
      }
      var late = loop.submit(ask(text(3, 5)), generation, Detail.NONE);
      assertThatExceptionOfType(CancellationException.class).isThrownBy(late::join);
    }
  }

  @Test
  void aRequestThatLibtorchRefusesLeavesTheOthersAlone() {
    Generation generation = Generation.greedy(5, Set.of());
    try (DecodingLoop loop = new DecodingLoop(chain.model(), 1, CAPACITY)) {
      var bad = loop.submit(ask(new int[] {1, 99}), generation, Detail.NONE);
      var good = loop.submit(ask(text(1, 5)), generation, Detail.NONE);
      assertThatExceptionOfType(Exception.class)
          .isThrownBy(bad::join)
          .isNotInstanceOf(CancellationException.class);
      assertThat(good.join().ids()).hasSize(5);
    }
  }
}
