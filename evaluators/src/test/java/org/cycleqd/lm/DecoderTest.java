package org.cycleqd.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small model with random weights, asked in many ways that must not change its answers. */
class DecoderTest {

  private static final int WORDS = 12;
  private static final int CAPACITY = 100;

  private final ChainModel chain = ChainModel.of(CAPACITY, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0);

  @BeforeEach
  void randomWeights() {
    chain.randomise(5);
  }

  @AfterEach
  void close() {
    chain.close();
  }

  private static int[] text(int number, int length) {
    Draws draws = Draws.at(6, number);
    int[] ids = new int[length];
    Arrays.setAll(ids, i -> draws.below(i, WORDS));
    return ids;
  }

  private static int[] joined(int[] start, int[] end) {
    int[] all = Arrays.copyOf(start, start.length + end.length);
    System.arraycopy(end, 0, all, start.length, end.length);
    return all;
  }

  private static Request ask(int[] prompt) {
    return new Request(prompt, new int[0]);
  }

  /** One sequence alone in a fresh cache. */
  private Answer alone(int[] prompt, Generation generation) {
    try (Decoder decoder = new Decoder(chain.model(), 1, CAPACITY)) {
      CompletableFuture<Answer> answer =
          decoder.submit(ask(prompt), generation, Detail.LOG_PROBABILITIES, _ -> {});
      decoder.drain();
      return answer.join();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 64})
  void manyInFewPlacesAreAnsweredAsEachAlone(int rows) {
    Generation generation = Generation.greedy(20, Set.of(2, 7));
    try (Decoder decoder = new Decoder(chain.model(), rows, CAPACITY)) {
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        answers.add(decoder.submit(ask(text(i, 1 + i * 7 % 50)), generation));
      }
      decoder.drain();
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).join().ids())
            .as("request %d", i)
            .isEqualTo(alone(text(i, 1 + i * 7 % 50), generation).ids());
      }
      assertThat(decoder.waiting()).isZero();
    }
  }

  @Test
  void aCommonStartIsComputedOnce() {
    int[] start = text(1, 60);
    Generation generation = Generation.greedy(8, Set.of());
    try (Decoder decoder = new Decoder(chain.model(), 8, CAPACITY)) {
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        answers.add(decoder.submit(ask(joined(start, text(100 + i, 5))), generation));
      }
      decoder.drain();
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).join().ids())
            .isEqualTo(alone(joined(start, text(100 + i, 5)), generation).ids());
      }
      assertThat(decoder.work().promptTokens()).isLessThan(60 + 30 * 10);
      assertThat(decoder.work().sharedTokens() + decoder.work().promptTokens()).isEqualTo(30 * 65);
    }
  }

  @Test
  void aDialogueGoesOnWhereItWas() {
    Generation generation = Generation.greedy(6, Set.of());
    try (Decoder decoder = new Decoder(chain.model(), 3, CAPACITY)) {
      List<int[]> dialogues = new ArrayList<>(List.of(text(1, 30), text(2, 25), text(3, 40)));
      for (int turn = 0; turn < 4; turn++) {
        List<CompletableFuture<Answer>> answers =
            dialogues.stream().map(d -> decoder.submit(ask(d), generation)).toList();
        decoder.drain();
        for (int i = 0; i < dialogues.size(); i++) {
          int[] answer = answers.get(i).join().ids();
          assertThat(answer).isEqualTo(alone(dialogues.get(i), generation).ids());
          dialogues.set(i, joined(joined(dialogues.get(i), answer), text(10 * turn + i, 4)));
        }
      }
      // After the first turn only the last answer's last token and the new question are computed.
      assertThat(decoder.work().promptTokens()).isEqualTo(30 + 25 + 40 + 3 * 3 * (1 + 4));
    }
  }

  @Test
  void afterForgettingNothingIsShared() {
    try (Decoder decoder = new Decoder(chain.model(), 2, CAPACITY)) {
      Generation generation = Generation.greedy(3, Set.of());
      for (int i = 0; i < 2; i++) {
        CompletableFuture<Answer> answer = decoder.submit(ask(text(1, 40)), generation);
        decoder.drain();
        assertThat(answer).isCompleted();
        decoder.forget();
      }
      assertThat(decoder.work().sharedTokens()).isZero();
    }
  }

  @Test
  void requestsMayComeWhileOthersAreAnswered() {
    Generation generation = Generation.greedy(30, Set.of());
    try (Decoder decoder = new Decoder(chain.model(), 2, CAPACITY)) {
      List<Integer> heard = new ArrayList<>();
      List<CompletableFuture<Answer>> later = new ArrayList<>();
      CompletableFuture<Answer> first =
          decoder.submit(
              ask(text(1, 9)),
              generation,
              Detail.NONE,
              token -> {
                heard.add(token.id());
                if (heard.size() == 5) {
                  later.add(decoder.submit(ask(text(2, 20)), generation));
                }
              });
      decoder.drain();
      assertThat(heard)
          .containsExactlyElementsOf(Arrays.stream(first.join().ids()).boxed().toList());
      assertThat(later.getFirst().join().ids()).isEqualTo(alone(text(2, 20), generation).ids());
    }
  }

  @Test
  void aCancelledAnswerGivesItsPlaceAway() {
    Generation generation = Generation.greedy(40, Set.of());
    try (Decoder decoder = new Decoder(chain.model(), 1, CAPACITY)) {
      CompletableFuture<Answer> first =
          decoder.submit(ask(text(1, 9)), generation, Detail.NONE, _ -> {});
      CompletableFuture<Answer> second = decoder.submit(ask(text(2, 9)), generation);
      decoder.turn();
      decoder.turn();
      first.cancel(false);
      decoder.drain();
      assertThat(decoder.work().stepTokens()).isLessThan(40 + 40);
      assertThat(second.join().ids()).isEqualTo(alone(text(2, 9), generation).ids());
    }
  }

  @Test
  void logProbabilitiesAreThoseOfTheLogits() {
    int[] prompt = text(4, 17);
    Answer answer = alone(prompt, Generation.greedy(12, Set.of()));
    assertThat(answer.logProbabilities()).hasSize(12);
    float[][] logits = chain.model().logits(joined(prompt, answer.ids()));
    for (int i = 0; i < 12; i++) {
      assertThat((double) answer.logProbabilities()[i])
          .isCloseTo(logProbability(logits[16 + i], answer.ids()[i]), within(1e-4));
    }
    Likelihood likelihood =
        chain.model().score(List.of(new Continuation(prompt, answer.ids())), 4).getFirst();
    assertThat(likelihood.greedy()).isTrue();
    assertThat(likelihood.logProbabilities())
        .containsExactly(answer.logProbabilities(), within(1e-4f));
  }

  @Test
  void theMostProbableTokensAreReportedToThoseWhoAsk() {
    int[] prompt = text(3, 17);
    Generation generation = new Generation(12, Set.of(), new Sampling(1.5, 1, 4));
    List<Token> heard = new ArrayList<>();
    Answer few;
    Answer all;
    try (Decoder decoder = new Decoder(chain.model(), 3, CAPACITY)) {
      var plain = decoder.submit(ask(text(4, 9)), generation);
      var narrow = decoder.submit(ask(prompt), generation, new Detail(true, 3), heard::add);
      var wide = decoder.submit(ask(prompt), generation, new Detail(true, 20));
      decoder.drain();
      assertThat(plain.join().alternatives()).isEmpty();
      few = narrow.join();
      all = wide.join();
    }
    assertThat(few.ids()).isEqualTo(all.ids());
    assertThat(few.alternatives()).hasSize(12);
    float[][] logits = chain.model().logits(joined(prompt, few.ids()));
    for (int i = 0; i < 12; i++) {
      float[] row = logits[16 + i];
      int[] order =
          IntStream.range(0, WORDS)
              .boxed()
              .sorted(Comparator.comparingDouble(id -> -row[id]))
              .mapToInt(id -> id)
              .toArray();
      assertThat(few.alternatives().get(i).ids()).isEqualTo(Arrays.copyOf(order, 3));
      assertThat(heard.get(i).alternatives().ids()).isEqualTo(Arrays.copyOf(order, 3));
      assertThat(all.alternatives().get(i).ids()).isEqualTo(order);
      for (int k = 0; k < WORDS; k++) {
        assertThat((double) all.alternatives().get(i).logProbabilities()[k])
            .isCloseTo(logProbability(row, order[k]), within(1e-4));
      }
    }
    try (Decoder decoder = new Decoder(chain.model(), 1, CAPACITY)) {
      var scored = decoder.score(new Continuation(prompt, few.ids()), 3);
      decoder.drain();
      for (int i = 0; i < 12; i++) {
        assertThat(scored.join().alternatives().get(i).ids())
            .isEqualTo(few.alternatives().get(i).ids());
      }
    }
  }

  private static double logProbability(float[] logits, int id) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp((double) logit - logits[id]);
    }
    return -Math.log(sum);
  }

  @Test
  void choicesOfOneQuestionAreScoredOnOneCopyOfIt() {
    List<Continuation> choices = new ArrayList<>();
    for (int question = 0; question < 6; question++) {
      for (int choice = 0; choice < 4; choice++) {
        choices.add(new Continuation(text(question, 40), text(50 + choice, 1 + choice)));
      }
    }
    List<Likelihood> found = chain.model().score(choices, 16);
    for (int i = 0; i < choices.size(); i++) {
      Continuation choice = choices.get(i);
      float[][] logits = chain.model().logits(joined(choice.prompt(), choice.ids()));
      double sum = 0;
      for (int t = 0; t < choice.ids().length; t++) {
        sum += logProbability(logits[39 + t], choice.ids()[t]);
      }
      assertThat(found.get(i).sum()).isCloseTo(sum, within(1e-3));
    }
    assertThat(chain.model().work().promptTokens()).isLessThan(6 * 40 + 18 * 2);
  }

  @Test
  void whatIsDrawnDependsOnSeedAndPlaceOnly() {
    Generation hot = new Generation(30, Set.of(), new Sampling(1.3, 0.9, 7));
    int[] prompt = text(1, 12);
    Answer expected = alone(prompt, hot);
    assertThat(alone(prompt, new Generation(30, Set.of(), new Sampling(1.3, 0.9, 8))).ids())
        .isNotEqualTo(expected.ids());
    assertThat(alone(prompt, Generation.greedy(30, Set.of())).ids()).isNotEqualTo(expected.ids());
    try (Decoder decoder = new Decoder(chain.model(), 4, CAPACITY)) {
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        // Drafts and greedy neighbours change nothing.
        int[] draft = Arrays.copyOf(expected.ids(), i * 3);
        answers.add(decoder.submit(new Request(prompt, draft), hot));
        answers.add(decoder.submit(ask(text(20 + i, 5 + i)), Generation.greedy(9, Set.of(3))));
      }
      decoder.drain();
      for (int i = 0; i < answers.size(); i += 2) {
        assertThat(answers.get(i).join().ids()).isEqualTo(expected.ids());
        assertThat(answers.get(i + 1).join().ids())
            .isEqualTo(alone(text(20 + i / 2, 5 + i / 2), Generation.greedy(9, Set.of(3))).ids());
      }
    }
  }

  /** One token each of many seeds, against the probabilities that the logits give. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 0.6})
  void tokensAreDrawnAsOftenAsTheyAreProbable(double top) {
    int[] prompt = text(3, 8);
    double temperature = 3;
    double[] expected = nucleus(chain.model().logits(prompt)[7], temperature, top);
    int count = 4000;
    int[] found = new int[WORDS];
    try (Decoder decoder = new Decoder(chain.model(), 64, CAPACITY)) {
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int seed = 0; seed < count; seed++) {
        Sampling sampling = new Sampling(temperature, top, seed);
        answers.add(decoder.submit(ask(prompt), new Generation(1, Set.of(), sampling)));
      }
      decoder.drain();
      answers.forEach(answer -> found[answer.join().ids()[0]]++);
    }
    for (int word = 0; word < WORDS; word++) {
      double deviation = Math.sqrt(count * expected[word] * (1 - expected[word]));
      assertThat((double) found[word])
          .as("word %d", word)
          .isCloseTo(count * expected[word], within(4.5 * deviation + 1e-9));
    }
  }

  private static double[] nucleus(float[] logits, double temperature, double top) {
    double[] p = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(logits[i] / temperature);
      sum += p[i];
    }
    double[] sorted = p.clone();
    Arrays.sort(sorted);
    double mass = 0;
    double smallest = 0;
    for (int i = sorted.length - 1; i >= 0 && mass < top * sum; i--) {
      mass += sorted[i];
      smallest = sorted[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] = p[i] >= smallest ? p[i] / mass : 0;
    }
    return p;
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Decoder decoder = new Decoder(chain.model(), 2, 20)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> decoder.submit(ask(text(1, 15)), Generation.greedy(6, Set.of())))
          .withMessage(
              "a prompt of 15 tokens and an answer of up to 6 do not fit into 20 positions");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> decoder.score(new Continuation(text(1, 15), text(2, 6)), 0))
          .withMessageContaining("do not fit into 20 positions");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Decoder(chain.model(), 0, 20))
        .withMessageContaining("at least 1 row");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Continuation(text(1, 5), new int[0]))
        .withMessageContaining("at least one of each");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Detail(true, 21))
        .withMessage("alternatives: found 21, expected 0 to 20, and 0 without log-probabilities");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Detail(false, 1))
        .withMessageContaining("0 without log-probabilities");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sampling(-1, 1, 0))
        .withMessage("temperature: found -1.0, expected a number from 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sampling(1, 0, 0))
        .withMessage("top_p: found 0.0, expected a number above 0, up to 1");
  }
}
