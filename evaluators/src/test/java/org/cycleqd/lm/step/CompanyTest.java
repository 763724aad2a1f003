package org.cycleqd.lm.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bits of a text's logits are the same whatever is read beside it, and by however many. */
@Timeout(120)
class CompanyTest {

  private static final int MOST = 34;
  private static final int LENGTH = 4;
  private static final int READ = 2;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isOfNoConsequence(boolean wide) {
    DrawnModel.Shape shape = DrawnModel.Shape.TENS;
    try (StepKernel kernel = Stepping.kernel(shape.config(), wide);
        StepKernel other = Stepping.kernel(shape.config(), !wide);
        DrawnModel model = new DrawnModel(shape.config(), MOST, LENGTH, 1)) {
      float[][][] alone = new float[MOST][][];
      for (int text = 0; text < MOST; text++) {
        alone[text] = Stepping.alone(other, model, LENGTH, model.text(text, READ));
      }
      for (int threads = 1; threads <= 3; threads++) {
        for (long near : new long[] {0, Long.MAX_VALUE}) {
          try (CompiledSteps steps =
              new CompiledSteps(kernel, model.memory(), MOST, LENGTH, threads, near)) {
            for (int count = 1; count <= MOST; count += threads == 1 ? 1 : 4) {
              int shift = 5 * count + threads;
              int[] numbers = IntStream.range(0, count).map(r -> (r + shift) % MOST).toArray();
              compare(steps, model, numbers, alone);
            }
          }
        }
      }
    }
  }

  private static void compare(
      CompiledSteps steps, DrawnModel model, int[] numbers, float[][][] alone) {
    long[][] texts = new long[numbers.length][];
    for (int r = 0; r < numbers.length; r++) {
      texts[r] = model.text(numbers[r], READ);
    }
    for (int place = 0; place < READ; place++) {
      Stepping.read(steps, texts, place);
      for (int r = 0; r < numbers.length; r++) {
        assertThat(Stepping.logits(steps, r, model.config()))
            .as("%d rows, row %d, place %d", numbers.length, r, place)
            .isEqualTo(alone[numbers[r]][place]);
      }
    }
  }

  /** Sums that are longer than a block, and texts that are longer than one. */
  @ParameterizedTest
  @CsvSource({"LONG_SUMS,5", "SIXES,132"})
  void isOfNoConsequenceInBlocks(DrawnModel.Shape shape, int length) {
    try (StepKernel narrow = Stepping.kernel(shape.config(), false);
        StepKernel wide = Stepping.kernel(shape.config(), true);
        DrawnModel model = new DrawnModel(shape.config(), 9, length, 1)) {
      float[][] alone = Stepping.alone(narrow, model, length, model.text(0, length));
      for (StepKernel kernel : new StepKernel[] {narrow, wide}) {
        for (int count = 2; count <= 9; count += 7) {
          try (CompiledSteps steps =
              new CompiledSteps(kernel, model.memory(), count, length, 2, 0)) {
            int own = count / 2;
            long[][] texts = new long[count][];
            for (int r = 0; r < count; r++) {
              texts[r] = model.text((r + count - own) % count, length);
            }
            for (int place = 0; place < length; place++) {
              Stepping.read(steps, texts, place);
              assertThat(Stepping.logits(steps, own, shape.config())).isEqualTo(alone[place]);
            }
          }
        }
      }
    }
  }
}
