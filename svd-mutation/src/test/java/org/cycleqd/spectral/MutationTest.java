package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;

class MutationTest {

  private static final GenomeLayout LAYOUT =
      new GenomeLayout(
          List.of("coding", "maths"),
          List.of(
              new TensorSite("embed", 0, 5),
              new TensorSite("layers.0.up", 1, 3),
              new TensorSite("layers.0.norm", 1, 0),
              new TensorSite("head", 2, 4)));
  private static final Draws DRAWS = Draws.at(7, 3, "mutation", 0);

  @Test
  void expertBasisAddsAWeightToEveryComponentOfOneExpert() {
    Genome parent = Genome.uniform(LAYOUT, 0.5, 0.5);
    Genome child = new ExpertBasisMutation(0.3).mutate(parent, 1, DRAWS);

    assertThat(child.coefficients().getFirst()).isEqualTo(parent.coefficients().getFirst());
    for (int t = 0; t < 4; t++) {
      TensorSite site = LAYOUT.tensors().get(t);
      TensorCoefficients mutated = child.coefficients().get(1).get(t);
      assertThat(mutated.scale()).isEqualTo(0.5f);
      assertThat(mutated.shift()).hasSize(site.rank());
      Draws expected = DRAWS.child("expert-basis").child("maths").child(site.name());
      for (int i = 0; i < site.rank(); i++) {
        assertThat(mutated.shift()[i]).isEqualTo((float) (0.3 * expected.uniform(i)));
      }
    }
  }

  @Test
  void expertBasisAccumulatesOnEarlierShifts() {
    ExpertBasisMutation mutation = new ExpertBasisMutation(0.3);
    Genome once = mutation.mutate(Genome.expert(LAYOUT, 0), 0, DRAWS);
    Genome twice = mutation.mutate(once, 0, DRAWS);
    assertThat(twice.coefficients().get(0).get(0).shift()[2])
        .isCloseTo(2 * once.coefficients().get(0).get(0).shift()[2], within(1e-6f));
  }

  @Test
  void expertBasisWeightsAreUniformBelowTheMaximum() {
    GenomeLayout wide =
        new GenomeLayout(List.of("coding"), List.of(new TensorSite("up", 0, 20_000)));
    float[] shift =
        new ExpertBasisMutation(0.3)
            .mutate(Genome.expert(wide, 0), 0, DRAWS)
            .coefficients()
            .get(0)
            .get(0)
            .shift();
    double[] weights = IntStream.range(0, shift.length).mapToDouble(i -> shift[i]).toArray();
    for (double weight : weights) {
      assertThat(weight).isBetween(0.0, 0.3);
    }
    assertThat(IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).average())
        .hasValueCloseTo(0.15, within(0.003));
    assertThat(IntStream.range(0, weights.length).filter(i -> weights[i] < 0.075).count())
        .isBetween(4_700L, 5_300L);
  }

  @Test
  void gaussianShiftsEveryExpertOncePerKey() {
    Genome child =
        new CoefficientGaussianMutation(0.1, Granularity.LAYER_GROUP)
            .mutate(Genome.uniform(LAYOUT, 0.5, 0.5), 0, DRAWS);
    for (int e = 0; e < 2; e++) {
      List<TensorCoefficients> row = child.coefficients().get(e);
      Draws expert = DRAWS.child("coefficient-gaussian").child(LAYOUT.experts().get(e));
      assertThat(row.get(0).scale())
          .isEqualTo((float) (0.5f + 0.1 * expert.child("group 0").gaussian(0)));
      assertThat(row.get(1).scale()).isEqualTo(row.get(2).scale()).isNotEqualTo(row.get(3).scale());
      assertThat(row).noneMatch(TensorCoefficients::spectral);
    }
    assertThat(child.coefficients().get(0).get(0).scale())
        .isNotEqualTo(child.coefficients().get(1).get(0).scale());
  }

  @Test
  void gaussianHasTheStatedSpread() {
    CoefficientGaussianMutation mutation = new CoefficientGaussianMutation(0.1, Granularity.MODEL);
    double squares = 0;
    for (int number = 0; number < 4_000; number++) {
      Genome child = mutation.mutate(Genome.uniform(LAYOUT, 0, 0), 0, Draws.at(1, number));
      squares += Math.pow(child.coefficients().get(0).get(0).scale(), 2);
    }
    assertThat(Math.sqrt(squares / 4_000)).isCloseTo(0.1, within(0.004));
  }

  @Test
  void theSameAddressGivesTheSameMutant() {
    Genome parent = Genome.uniform(LAYOUT, 0.4, 0.6);
    for (CoefficientMutation mutation :
        List.of(
            new ExpertBasisMutation(0.3),
            new CoefficientGaussianMutation(0.1, Granularity.TENSOR))) {
      String digest = mutation.mutate(parent, 0, DRAWS).digest();
      assertThat(mutation.mutate(parent, 0, DRAWS).digest()).isEqualTo(digest);
      assertThat(mutation.mutate(parent, 0, Draws.at(7, 4, "mutation", 0)).digest())
          .isNotEqualTo(digest);
    }
  }

  @Test
  void refusesSizesThatAreNotPositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ExpertBasisMutation(0))
        .withMessageContaining("positive maximum, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CoefficientGaussianMutation(Double.NaN, Granularity.MODEL))
        .withMessageContaining("positive sigma, got NaN");
  }
}
