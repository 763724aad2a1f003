package org.cycleqd.lm.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.cycleqd.llvm.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What steps compute, against float64 and against themselves. */
@Timeout(120)
class CompiledStepsTest {

  /** How far logits may be from those of float64, relative to the largest of them. */
  private static final double TOLERANCE = 1e-5;

  private static void compare(float[] found, double[] expected, String what) {
    double largest =
        IntStream.range(0, expected.length)
            .mapToDouble(i -> Math.abs(expected[i]))
            .max()
            .orElseThrow();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i])
          .as("%s, logit %d", what, i)
          .isCloseTo(expected[i], within(TOLERANCE * largest));
    }
  }

  private static int first(float[] logits, float value) {
    return IntStream.range(0, logits.length).filter(i -> logits[i] == value).findFirst().orElse(-1);
  }

  private static float largest(float[] logits) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    return largest;
  }

  @ParameterizedTest
  @EnumSource(DrawnModel.Shape.class)
  void agreesWithDoubleArithmeticWhateverTheTiles(DrawnModel.Shape shape) {
    int capacity = 21;
    try (StepKernel narrow = Stepping.kernel(shape.config(), false);
        StepKernel wide = Stepping.kernel(shape.config(), true);
        DrawnModel model = new DrawnModel(shape.config(), 2, capacity, 1);
        CompiledSteps steps = new CompiledSteps(narrow, model.memory(), 2, capacity, 1)) {
      long[][] texts = {model.text(0, capacity), model.text(1, capacity)};
      List<DoubleLlama> references = List.of(new DoubleLlama(model), new DoubleLlama(model));
      float[][][] found = new float[2][capacity][];
      for (int place = 0; place < capacity; place++) {
        Stepping.read(steps, texts, place);
        for (int r = 0; r < 2; r++) {
          float[] logits = Stepping.logits(steps, r, shape.config());
          found[r][place] = logits;
          compare(logits, references.get(r).step(texts[r][place]), "row " + r + ", " + place);
          assertThat(steps.best(r)).isEqualTo(first(logits, largest(logits)));
        }
      }
      for (int r = 0; r < 2; r++) {
        assertThat(Stepping.alone(wide, model, capacity, texts[r])).isDeepEqualTo(found[r]);
      }
    }
  }

  /** Up to the last place of a cache; the places of other rows are not touched. */
  @ParameterizedTest
  @ValueSource(ints = {4, 5, 7, 128, 131, 258})
  void aCacheMayBeFilledToItsLastPlace(int capacity) {
    DrawnModel.Shape shape = DrawnModel.Shape.TENS;
    try (StepKernel kernel = Stepping.kernel(shape.config(), false);
        DrawnModel model = new DrawnModel(shape.config(), 4, capacity, 2);
        CompiledSteps steps = new CompiledSteps(kernel, model.memory(), 3, capacity, 2)) {
      // Row 2 stays at its first place; nobody has the fourth.
      long[] text = model.text(0, capacity);
      long[] late = model.text(1, capacity);
      DoubleLlama reference = new DoubleLlama(model);
      DoubleLlama second = new DoubleLlama(model);
      float[] still = {};
      for (int place = 0; place < capacity; place++) {
        steps.run(3, new long[] {text[place], late[place], 3}, new long[] {place, place, 0});
        compare(Stepping.logits(steps, 0, shape.config()), reference.step(text[place]), "first");
        compare(Stepping.logits(steps, 1, shape.config()), second.step(late[place]), "second");
        float[] third = Stepping.logits(steps, 2, shape.config());
        assertThat(place == 0 ? third : still).isEqualTo(third);
        still = third;
      }
      int row = capacity * (int) shape.config().attention().keyValueWidth();
      for (MemorySegment cache : List.copyOf(model.memory().keys())) {
        float[] all = cache.toArray(ValueLayout.JAVA_FLOAT);
        assertThat(IntStream.range(0, 2 * row).noneMatch(i -> Float.isNaN(all[i]))).isTrue();
        assertThat(IntStream.range(3 * row, all.length).allMatch(i -> Float.isNaN(all[i])))
            .isTrue();
      }
    }
  }

  @Test
  void refusesCachesThatAreTooShort() {
    DrawnModel.Shape shape = DrawnModel.Shape.PAIRS;
    try (StepKernel kernel = Stepping.kernel(shape.config(), false);
        DrawnModel model = new DrawnModel(shape.config(), 1, 4, 1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new CompiledSteps(kernel, model.memory(), 1, 3, 1))
          .withMessage("capacity 3, expected at least 4");
    }
  }

  @Test
  void namesWeightsThatAreMissing() throws InterruptedException {
    DrawnModel.Shape shape = DrawnModel.Shape.TENS;
    try (StepKernel kernel = Stepping.kernel(shape.config(), false);
        DrawnModel model = new DrawnModel(shape.config(), 1, 4, 1)) {
      CompiledSteps.Model whole = model.memory();
      Map<String, MemorySegment> less = new HashMap<>(whole.tensors());
      less.remove("model.layers.1.mlp.up_proj.weight");
      CompiledSteps.Model part =
          new CompiledSteps.Model(
              less, whole.keys(), whole.values(), whole.cosines(), whole.sines());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new CompiledSteps(kernel, part, 1, 4, 3))
          .withMessage("tensor model.layers.1.mlp.up_proj.weight: missing");
      assertThat(Crews.alive()).isZero();
    }
  }

  @Test
  void changedWeightsAreSeenWhenThatIsSaid() {
    DrawnModel.Shape shape = DrawnModel.Shape.TENS;
    try (StepKernel kernel = Stepping.kernel(shape.config(), false);
        DrawnModel model = new DrawnModel(shape.config(), 1, 8, 1);
        CompiledSteps steps = new CompiledSteps(kernel, model.memory(), 1, 8, 2)) {
      long[][] text = {model.text(0, 1)};
      Stepping.read(steps, text, 0);
      float[] before = Stepping.logits(steps, 0, shape.config());
      float[] embedding = model.get(DrawnModel.EMBEDDING);
      model.draw(2);
      model.put(DrawnModel.EMBEDDING, 0, embedding); // it is read where it lies
      Stepping.read(steps, text, 0);
      assertThat(Stepping.logits(steps, 0, shape.config())).isEqualTo(before);
      steps.stale();
      Stepping.read(steps, text, 0);
      float[] after = Stepping.logits(steps, 0, shape.config());
      compare(after, new DoubleLlama(model).step(text[0][0]), "changed");
      assertThat(after).isNotEqualTo(before);
      Stepping.read(steps, text, 0);
      assertThat(Stepping.logits(steps, 0, shape.config())).isEqualTo(after);
    }
  }

  /** Vocabularies of less than a vector, of whole vectors and of some and a part. */
  @ParameterizedTest
  @EnumSource(names = {"SIXES", "MANY_VECTORS", "TENS"})
  void theFirstOfEqualLogitsIsTaken(DrawnModel.Shape shape) {
    int words = shape.config().vocabularySize();
    int hidden = shape.config().hiddenSize();
    try (StepKernel kernel = Stepping.kernel(shape.config(), false);
        DrawnModel model = new DrawnModel(shape.config(), 1, 4, 1);
        CompiledSteps steps = new CompiledSteps(kernel, model.memory(), 1, 4, 1)) {
      long[][] text = {model.text(0, 1)};
      Stepping.read(steps, text, 0);
      int best = (int) steps.best(0);
      float[] head = model.get(DrawnModel.HEAD);
      float[] row = Arrays.copyOfRange(head, best * hidden, (best + 1) * hidden);
      for (int other = 0; other < words; other++) {
        model.put(DrawnModel.HEAD, 0, head);
        model.put(DrawnModel.HEAD, (long) other * hidden, row);
        steps.stale();
        Stepping.read(steps, text, 0);
        assertThat(steps.best(0)).as("%d and %d", best, other).isEqualTo(Math.min(best, other));
      }
      model.put(DrawnModel.HEAD, 0, new float[words * hidden]);
      steps.stale();
      Stepping.read(steps, text, 0);
      assertThat(steps.best(0)).isZero();
    }
  }

  /** Weights that are no numbers, or too large, leave nothing behind. */
  @ParameterizedTest
  @EnumSource(names = {"PAIRS", "TENS"})
  void afterWeightsThatAreNoNumbersOthersAreComputedAsBefore(DrawnModel.Shape shape) {
    int words = shape.config().vocabularySize();
    try (StepKernel kernel = Stepping.kernel(shape.config(), false);
        DrawnModel model = new DrawnModel(shape.config(), 2, 8, 1);
        CompiledSteps steps = new CompiledSteps(kernel, model.memory(), 2, 8, 2)) {
      long[][] texts = {model.text(0, 3), model.text(1, 3)};
      float[][] expected = Stepping.alone(kernel, model, 8, texts[0]);
      for (String name : model.memory().tensors().keySet()) {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1e38f}) {
          float[] good = model.get(name);
          float[] all = new float[good.length];
          Arrays.fill(all, bad);
          model.put(name, 0, all);
          steps.stale();
          for (int place = 0; place < 3; place++) {
            Stepping.read(steps, texts, place);
            assertThat(steps.best(0)).as("%s %s", name, bad).isBetween(0L, words - 1L);
            assertThat(steps.best(1)).as("%s %s", name, bad).isBetween(0L, words - 1L);
          }
          model.put(name, 0, good);
          steps.stale();
          for (int place = 0; place < 3; place++) {
            Stepping.read(steps, texts, place);
            assertThat(Stepping.logits(steps, 0, shape.config()))
                .as("after %s %s", name, bad)
                .isEqualTo(expected[place]);
          }
        }
      }
    }
  }

  @Test
  void theProcessorDecidesOnTheTiles() {
    assertThat(
            StepKernel.compile(DrawnModel.Shape.PAIRS.config())
                .map(kernel -> {
                  kernel.close();
                  return true;
                }))
        .isEqualTo(Processor.find().map(_ -> true));
  }
}
