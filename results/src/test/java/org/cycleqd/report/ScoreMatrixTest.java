package org.cycleqd.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.assertj.core.data.Offset;
import org.cycleqd.report.MethodScore.Kind;
import org.junit.jupiter.api.Test;

class ScoreMatrixTest {

  private static final Offset<Double> EXACT = within(1e-12);

  private static ScoreMatrix matrix() {
    SequencedMap<String, double[][]> scores = new LinkedHashMap<>();
    scores.put("coding", new double[][] {{1, 0, 1, 1}, {0, 0, 1, 0}});
    scores.put("os", new double[][] {{0.5, 1.0}, {0.0, 0.0}});
    return ScoreMatrix.of(List.of("child", "expert"), scores);
  }

  @Test
  void meansAndStandardErrorsAreThoseOfTheHandCalculation() {
    MethodScore child = matrix().score("child", Kind.BEST);
    // 1, 0, 1, 1: mean 3/4, sample variance (3 * 1/16 + 9/16) / 3 = 1/4, error 1/2 / 2.
    assertThat(child.score("coding")).isEqualTo(new TaskScore(0.75, 0.25, 4));
    // 0.5, 1: mean 3/4, sample variance 1/8, error sqrt(1/8 / 2) = 1/4.
    TaskScore os = child.score("os");
    assertThat(os.mean()).isEqualTo(0.75);
    assertThat(os.standardError()).isCloseTo(0.25, EXACT);
    assertThat(os.n()).isEqualTo(2);
    assertThat(child.mean()).isEqualTo(0.75);
    assertThat(child.meanStandardError()).isCloseTo(Math.sqrt(0.125) / 2, EXACT);
    assertThat(child.kind().label()).isEqualTo("best");
    assertThat(matrix().tasks()).containsExactly("coding", "os");
  }

  @Test
  void differencesArePaired() {
    Comparison comparison = matrix().compare("child", "expert");
    // 1, 0, 0, 1: mean 1/2, sample variance 1/3, error sqrt(1/12).
    Comparison.Difference coding = comparison.task("coding");
    assertThat(coding.value()).isCloseTo(0.5, EXACT);
    assertThat(coding.standardError()).isCloseTo(Math.sqrt(1 / 12.0), EXACT);
    assertThat(coding.ratio()).isCloseTo(3.0, EXACT);
    assertThat(coding.clear()).isFalse();
    // 0.5, 1: as above; the rival has nothing to divide by.
    Comparison.Difference os = comparison.task("os");
    assertThat(os.value()).isCloseTo(0.75, EXACT);
    assertThat(os.standardError()).isCloseTo(0.25, EXACT);
    assertThat(os.ratio()).isNaN();
    assertThat(os.clear()).isTrue();
    assertThat(comparison.mean().value()).isCloseTo(0.625, EXACT);
    assertThat(comparison.mean().standardError())
        .isCloseTo(Math.sqrt(1 / 12.0 + 1 / 16.0) / 2, EXACT);
    assertThat(comparison.mean().ratio()).isCloseTo(0.75 / 0.125, EXACT);
  }

  @Test
  void aMethodDoesNotDifferFromItself() {
    Comparison comparison = matrix().compare("child", "child");
    assertThat(comparison.mean()).isEqualTo(new Comparison.Difference(0, 0, 1));
    assertThat(comparison.mean().clear()).isFalse();
  }

  @Test
  void oneItemHasNoStandardError() {
    SequencedMap<String, double[][]> scores = new LinkedHashMap<>();
    scores.put("os", new double[][] {{1.0}});
    MethodScore score = ScoreMatrix.of(List.of("child"), scores).score("child", Kind.ELITE);
    assertThat(score.score("os").standardError()).isNaN();
    assertThat(score.meanStandardError()).isNaN();
    assertThat(score.mean()).isEqualTo(1.0);
  }

  @Test
  void refusesBadScores() {
    assertThatThrownBy(() -> of(new double[][] {{0.5}, {62.0}}))
        .hasMessageContaining("task os: method b has the score 62.0, expected a fraction");
    assertThatThrownBy(() -> of(new double[][] {{0.5}, {Double.NaN}})).hasMessageContaining("NaN");
    assertThatThrownBy(() -> of(new double[][] {{0.5, 0.5}, {0.5}}))
        .hasMessageContaining("method b has 1 items, a has 2");
    assertThatThrownBy(() -> of(new double[][] {{0.5}})).hasMessageContaining("each of 2 methods");
    assertThatThrownBy(() -> matrix().score("nobody", Kind.BASE))
        .hasMessageContaining("there is no method nobody among [child, expert]");
    assertThatThrownBy(() -> matrix().score("child", Kind.BEST).score("maths"))
        .hasMessageContaining("method child has no score in task maths, only in [coding, os]");
  }

  private static ScoreMatrix of(double[][] rows) {
    SequencedMap<String, double[][]> scores = new LinkedHashMap<>();
    scores.put("os", rows);
    return ScoreMatrix.of(List.of("a", "b"), scores);
  }
}
