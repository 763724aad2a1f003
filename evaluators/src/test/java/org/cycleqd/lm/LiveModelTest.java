package org.cycleqd.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiveModelTest {

  /** Each token is followed by the next number, 11 by 0. */
  private static final int[] COUNTING = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0};

  @Test
  void stopsAtTheLimit() {
    assertThat(continued(4, Set.of(), ask(7, 3))).containsExactly(ints(4, 5, 6, 7));
    assertThat(continued(1, Set.of(), ask(3))).containsExactly(ints(4));
  }

  @Test
  void stopsAfterAnyOfTheEndTokens() {
    Request[] requests = {ask(3), ask(5), ask(6), ask(8), ask(10)};
    assertThat(continued(5, Set.of(6, 9), requests))
        .containsExactly(ints(4, 5, 6), ints(6), ints(7, 8, 9), ints(9), ints(11, 0, 1, 2, 3));
  }

  @Test
  void anEndTokenInThePromptEndsNothing() {
    assertThat(continued(3, Set.of(6), ask(6, 6))).containsExactly(ints(7, 8, 9));
  }

  @Test
  void anEndTokenInADraftEndsIt() {
    Request[] requests = {
      draft(ints(3), 4, 5, 6, 7, 8),
      draft(ints(3), 4, 6),
      draft(ints(3), 6),
      draft(ints(3), 4, 5, 6),
      draft(ints(3), 4, 5),
      draft(ints(3), 4, 7, 6)
    };
    assertThat(continued(8, Set.of(6), requests)).hasSize(6).containsOnly(ints(4, 5, 6));
  }

  @Test
  void aDraftIsNoLongerThanTheAnswer() {
    assertThat(continued(2, Set.of(6), draft(ints(3), 4, 5, 6))).containsExactly(ints(4, 5));
    assertThat(continued(2, Set.of(5), draft(ints(3), 4, 5, 6))).containsExactly(ints(4, 5));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void answersComeInTheOrderOfTheRequests(int rows) {
    List<Request> requests = new ArrayList<>();
    List<int[]> expected = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int[] prompt = new int[1 + i * 5 % 7];
      prompt[prompt.length - 1] = i;
      requests.add(new Request(prompt, i % 3 == 0 ? ints((i + 1) % 12, 0) : ints()));
      expected.add(ints((i + 1) % 12, (i + 2) % 12, (i + 3) % 12));
    }
    try (ChainModel chain = ChainModel.of(20, COUNTING)) {
      assertThat(chain.model().generate(requests, new Decoding(3, rows, Set.of())))
          .containsExactlyElementsOf(expected);
    }
  }

  @Test
  void nothingAskedNothingAnswered() {
    assertThat(continued(4, Set.of())).isEmpty();
  }

  @Test
  void newWeightsGiveNewAnswers() {
    try (ChainModel chain = ChainModel.of(20, COUNTING)) {
      Decoding decoding = new Decoding(2, 4, Set.of());
      assertThat(chain.model().generate(List.of(ask(3)), decoding)).containsExactly(ints(4, 5));
      chain.lead(11, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
      assertThat(chain.model().generate(List.of(ask(3)), decoding)).containsExactly(ints(2, 1));
    }
  }

  @Test
  void aRefusalLeavesNothingBehindForTheNextQuestions() {
    try (ChainModel chain = ChainModel.of(20, COUNTING)) {
      Decoding decoding = new Decoding(2, 1, Set.of());
      List<Request> refused = List.of(ask(99), ask(1, 2), ask(1, 2, 3));
      assertThatExceptionOfType(EngineException.class)
          .isThrownBy(() -> chain.model().generate(refused, decoding));
      assertThat(chain.model().generate(List.of(ask(3)), decoding)).containsExactly(ints(4, 5));
      assertThat(chain.model().work().promptTokens()).isEqualTo(1);
    }
  }

  @Test
  void aPromptMustLeaveRoomForTheAnswer() {
    try (ChainModel chain = ChainModel.of(6, COUNTING)) {
      Decoding decoding = new Decoding(4, 4, Set.of());
      assertThat(chain.model().generate(List.of(ask(7, 8)), decoding))
          .containsExactly(ints(9, 10, 11, 0));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> chain.model().generate(List.of(ask(1), ask(7, 8, 9)), decoding))
          .withMessage("a prompt of 3 tokens and an answer of up to 4 do not fit into 6 positions");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> chain.model().logits(new int[7]))
          .withMessage("logits of 7 tokens, expected 1 to 6");
      assertThatIllegalArgumentException().isThrownBy(() -> chain.model().logits(new int[0]));
    }
  }

  /** One bit more, or two rows exchanged, is another model. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void theChecksumSeesEveryBitAndItsPlace(Precision precision) {
    int[] turned = COUNTING.clone();
    turned[0] = COUNTING[1];
    turned[1] = COUNTING[0];
    Placement placement = new Placement("cpu", precision);
    LlamaRuntime runtime =
        new LlamaRuntime(ChainModel.config(COUNTING.length, List.of(1)), 8, placement);
    try (ChainModel chain = new ChainModel(runtime, new LiveModel(runtime))) {
      LiveModel model = chain.model();
      chain.lead(COUNTING);
      long first = model.checksum();
      chain.lead(turned);
      assertThat(model.checksum()).isNotEqualTo(first);
      chain.lead(COUNTING);
      assertThat(model.checksum()).isEqualTo(first);
      NDArray norm = model.weights().getLast();
      float next = precision == Precision.F32 ? Math.nextUp(0f) : 0x1p-20f;
      try (NDManager step = norm.getManager().newSubManager()) {
        NDArray bit = step.create(new float[] {next}, new Shape(1, 1));
        runtime.program().call(step, "put", norm, 1, bit);
      }
      assertThat(model.checksum()).isNotEqualTo(first);
    }
  }

  @Test
  void refusesEmptyPromptsAndLimits() {
    assertThatIllegalArgumentException().isThrownBy(() -> ask());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Decoding(0, 4, Set.of()))
        .withMessage("limit 0 and rows 4 must be positive");
    assertThatIllegalArgumentException().isThrownBy(() -> new Decoding(1, 0, Set.of()));
    assertThat(Decoding.of(ChainModel.config(12, List.of(3, 5)), 7, 2))
        .isEqualTo(new Decoding(7, 2, Set.of(3, 5)));
  }

  /** With random weights: the tokens are those of repeated passes over the whole text. */
  @Test
  void cachedDecodingIsDecoding() {
    try (ChainModel chain = ChainModel.of(40, COUNTING)) {
      chain.randomise(5);
      List<Request> requests = new ArrayList<>();
      List<int[]> expected = new ArrayList<>();
      Set<Integer> ends = Set.of(2, 7);
      for (int r = 0; r < 8; r++) {
        Draws draws = Draws.at(6, r);
        int[] prompt = new int[1 + r * 3];
        Arrays.setAll(prompt, i -> draws.below(i, 12));
        int[] answer = uncached(chain.model(), prompt, 16, ends);
        requests.add(ask(prompt));
        expected.add(answer);
        requests.add(draft(prompt, Arrays.copyOf(answer, 1 + answer.length / 2)));
        expected.add(answer);
      }
      assertThat(chain.model().generate(requests, new Decoding(16, 5, ends)))
          .containsExactlyElementsOf(expected);
    }
  }

  private static int[] uncached(LiveModel model, int[] prompt, int limit, Set<Integer> ends) {
    int[] text = prompt;
    while (text.length < prompt.length + limit) {
      float[] logits = model.logits(text)[text.length - 1];
      int best = 0;
      for (int word = 1; word < logits.length; word++) {
        best = logits[word] > logits[best] ? word : best;
      }
      text = Arrays.copyOf(text, text.length + 1);
      text[text.length - 1] = best;
      if (ends.contains(best)) {
        break;
      }
    }
    return Arrays.copyOfRange(text, prompt.length, text.length);
  }

  private static List<int[]> continued(int limit, Set<Integer> ends, Request... requests) {
    try (ChainModel chain = ChainModel.of(20, COUNTING)) {
      return chain.model().generate(List.of(requests), new Decoding(limit, 64, ends));
    }
  }

  private static Request ask(int... prompt) {
    return new Request(prompt, ints());
  }

  private static Request draft(int[] prompt, int... draft) {
    return new Request(prompt, draft);
  }

  private static int[] ints(int... values) {
    return values;
  }
}
