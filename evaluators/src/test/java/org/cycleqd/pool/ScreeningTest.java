package org.cycleqd.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.engine.EvaluationException;
import org.cycleqd.evaluation.PublishedTasks;
import org.cycleqd.lm.Decoding;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.lm.TextModel;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScreeningTest {

  @Test
  void repetitionIsAnEndlessTailOfTheSameTokens() {
    assertThat(Screening.repeats(new int[] {9, 1, 2, 1, 2, 1, 2}, 7, 3)).isTrue();
    assertThat(Screening.repeats(new int[] {9, 1, 2, 1, 2, 1, 2}, 7, 4)).isFalse();
    assertThat(Screening.repeats(new int[] {5, 5, 5, 5}, 4, 4)).isTrue();
    assertThat(Screening.repeats(new int[] {5, 5, 5, 4}, 4, 2)).isFalse();
    // An answer that ended by itself is no endless one.
    assertThat(Screening.repeats(new int[] {5, 5, 5, 5}, 5, 2)).isFalse();
    assertThat(Screening.repeats(new int[0], 4, 2)).isFalse();
  }

  /** Weights that are not finite give logits that are not, and no item is asked. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void logitsThatAreNotFiniteFailTheCandidate(float poison) throws Exception {
    Path folder = Path.of(System.getProperty("cycleqd.root", "."), "experiments/models/pico/code");
    Screening probing = new Screening(Optional.empty(), true, OptionalInt.empty());
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        Tokenizer tokenizer = Tokenizer.open(folder);
        LlamaRuntime runtime =
            new LlamaRuntime(checkpoint.config(), checkpoint.config().maximumPositions());
        LiveModel model = new LiveModel(runtime)) {
      Task task = PublishedTasks.catalogue().task("pico-code", Optional.empty());
      Examination examination =
          Examination.of(
              List.of(Exam.of("code", task, Split.OPTIMISATION, 2, 1)),
              tokenizer,
              TextModel.Format.of(checkpoint.config()),
              Decoding.of(checkpoint.config(), 8, 4),
              false);
      model.load(checkpoint);
      assertThatCode(() -> probing.pass(model, examination)).doesNotThrowAnyException();
      model.load(spec -> poisoned(checkpoint.tensor(spec.name()), poison));
      assertThatCode(() -> Screening.NONE.pass(model, examination)).doesNotThrowAnyException();
      assertThatExceptionOfType(EvaluationException.class)
          .isThrownBy(() -> probing.pass(model, examination))
          .withMessageContaining("screening: found the logit ")
          .withMessageContaining("expected finite numbers");
    }
  }

  /** The last norm alone is hit, so that everything before it is sound. */
  private static TensorRows poisoned(TensorRows weights, float poison) {
    return new TensorRows() {
      @Override
      public TensorSpec spec() {
        return weights.spec();
      }

      @Override
      public void read(long firstRow, int rows, float[] target) {
        weights.read(firstRow, rows, target);
        if (spec().name().equals("model.norm.weight")) {
          target[0] = poison;
        }
      }
    };
  }

  @Test
  void oneRepetitionIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Screening(Optional.empty(), false, OptionalInt.of(1)))
        .withMessageContaining("repetitions: found 1");
  }
}
