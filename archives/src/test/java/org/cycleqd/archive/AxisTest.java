package org.cycleqd.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {

  @Test
  void aScoreOnABoundaryGoesUp() {
    Axis axis = Axis.of("coding", 0.0, 0.1, 10);
    double[] scores = {-0.01, 0, .01, .02, .03, .04, .05, .06, .07, .08, .09, .1, .11};
    int[] bins = {0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9};
    for (int i = 0; i < scores.length; i++) {
      assertThat(axis.bin(scores[i])).as("bin of %s", scores[i]).isEqualTo(bins[i]);
    }
    assertThat(axis.bin(Math.nextDown(0.03))).isEqualTo(2);
    assertThat(axis.bin(Double.MAX_VALUE)).isEqualTo(9);
    assertThat(axis.bin(-Double.MAX_VALUE)).isZero();
  }

  @Test
  void scoresFarOutsideEndInTheLastBin() {
    Axis axis = Axis.of("coding", 0, 1, 10);
    for (double far : new double[] {1e9, 2.2e8, 1e12, Double.MAX_VALUE}) {
      assertThat(axis.bin(far)).as("bin of %s", far).isEqualTo(9);
      assertThat(axis.bin(-far)).as("bin of -%s", far).isZero();
    }
    Axis widest = Axis.of("coding", -Double.MAX_VALUE, Double.MAX_VALUE, 4);
    assertThat(widest.bin(-1)).isEqualTo(1);
    assertThat(widest.bin(Double.MAX_VALUE)).isEqualTo(3);
  }

  @Test
  void theBinsOfANarrowRangeAreAsExactAsThoseOfAWideOne() {
    Axis axis = Axis.of("coding", 0, 1e-6, 10);
    assertThat(axis.bin(0)).isZero();
    assertThat(axis.bin(Math.nextDown(1e-7))).isZero();
    assertThat(axis.bin(1e-7)).isEqualTo(1);
    assertThat(axis.bin(5e-7)).isEqualTo(5);
  }

  @Test
  void negativeZeroLiesOnTheBoundaryAtZero() {
    assertThat(Axis.of("coding", -1.0, 1.0, 2).bin(-0.0)).isEqualTo(1);
  }

  @Test
  void everyBinHoldsItsLowerBoundaryAndNotItsUpper() {
    for (int bins : new int[] {1, 2, 3, 7, 15, 49, 100}) {
      Axis axis = Axis.of("coding", 0.53 * 0.85, 0.69 * 1.15, bins);
      for (int b = 0; b < bins; b++) {
        assertThat(axis.bin(axis.boundary(b))).isEqualTo(b);
        assertThat(axis.bin(Math.nextDown(axis.boundary(b + 1)))).isEqualTo(b);
      }
    }
  }

  @Test
  void agreesWithTheRecordedBins() throws Exception {
    List<String> rows = Files.readAllLines(Oracle.file("grid_edges/edges.csv"));
    int compared = 0;
    for (String row : rows.subList(1, rows.size())) {
      List<String> field = List.of(row.split(",", -1));
      if (field.get(5).equals("0")) {
        Axis axis =
            Axis.of(
                "axis",
                Double.parseDouble(field.get(1)),
                Double.parseDouble(field.get(2)),
                Integer.parseInt(field.get(0)));
        assertThat(axis.bin(Double.parseDouble(field.get(3))))
            .as(row)
            .isEqualTo(Integer.parseInt(field.get(4)));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(200);
  }

  @Test
  void refusesWhatIsNoAxis() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Axis.of("coding", 0.5, 0.5, 10))
        .withMessageContaining("coding")
        .withMessageContaining("low < high");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Axis.of("coding", 0, Double.NaN, 10))
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Axis.of("coding", 0, 1, 0))
        .withMessageContaining("bins must be positive, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Axis.of("coding", 1, Math.nextUp(1.0), 10))
        .withMessageContaining("too narrow for 10 bins");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Axis.of("coding", 0, 1, 10).bin(Double.POSITIVE_INFINITY))
        .withMessageContaining("coding")
        .withMessageContaining("Infinity");
  }

  @Test
  void axesOfTheSameCutAreEqual() {
    Axis axis = Axis.of("coding", new Range(0, 1), 4);
    assertThat(axis)
        .isEqualTo(Axis.of("coding", 0, 1, 4))
        .hasSameHashCodeAs(Axis.of("coding", 0, 1, 4));
    assertThat(axis).isNotEqualTo(Axis.of("coding", 0, 1, 5));
    assertThat(axis).isNotEqualTo(Axis.of("maths", 0, 1, 4));
    assertThat(axis).hasToString("Axis[coding, 0.0 to 1.0, 4 bins]");
  }
}
