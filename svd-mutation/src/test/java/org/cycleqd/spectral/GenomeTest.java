package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GenomeTest {

  private static final GenomeLayout LAYOUT =
      new GenomeLayout(
          List.of("coding", "maths"),
          List.of(new TensorSite("up", 0, 2), new TensorSite("norm", 1, 0)));

  @Test
  void uniformGivesEveryTensorTheExpertsWeight() {
    Genome genome = Genome.uniform(LAYOUT, 0.25, -2);
    assertThat(genome.coefficients()).hasSize(2);
    assertThat(genome.coefficients().get(0)).extracting("scale").containsExactly(0.25f, 0.25f);
    assertThat(genome.coefficients().get(1)).extracting("scale").containsExactly(-2f, -2f);
    assertThat(genome.coefficients().get(1)).noneMatch(TensorCoefficients::spectral);
  }

  @Test
  void theGenomeOfAnExpertIsOneOfIt() {
    assertThat(Genome.expert(LAYOUT, 1).digest()).isEqualTo(Genome.uniform(LAYOUT, 0, 1).digest());
    assertThatThrownBy(() -> Genome.expert(LAYOUT, 2))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("2");
  }

  @Test
  void mixesEachTensorWithItsOwnWeight() {
    Genome spectral = genome(0.5f, shift(1, 2), 2f, 4f, shift(), 8f);
    Genome plain = genome(1f, shift(), 6f, 0f, shift(8, -8), 16f);
    Genome mixed = spectral.mix(plain, site -> site.name().equals("up") ? 0.75 : 1.5);

    assertCoefficients(mixed, 0, 0, 0.625f, 0.75f, 1.5f);
    assertCoefficients(mixed, 0, 1, 1.5f * 2 - 0.5f * 6);
    assertCoefficients(mixed, 1, 0, 3f, 2f, -2f);
    assertCoefficients(mixed, 1, 1, 1.5f * 8 - 0.5f * 16);
  }

  @Test
  void mixingWithOneOrZeroIsAParent() {
    Genome first = genome(0.1f, shift(0.3f, 2), 2f, 4f, shift(), 8f);
    Genome second = genome(1f, shift(7, 9), 6f, 0f, shift(), 16f);
    assertThat(first.mix(second, site -> 1).digest()).isEqualTo(first.digest());
    assertThat(first.mix(second, site -> 0).digest()).isEqualTo(second.digest());
  }

  @Test
  void sumsInOrder() {
    Genome first = genome(0.5f, shift(1, 2), 2f, 4f, shift(), 8f);
    Genome second = genome(1f, shift(), 6f, 0f, shift(8, -8), 16f);
    Genome sum = Genome.sum(List.of(first, second, first), 2, -1, 0.5);
    assertCoefficients(sum, 0, 0, 0.25f, 2.5f, 5f);
    assertCoefficients(sum, 0, 1, -1f);
    assertCoefficients(sum, 1, 0, 10f, -8f, 8f);
    assertCoefficients(sum, 1, 1, 4f);
    assertThat(Genome.sum(List.of(first), 1).digest()).isEqualTo(first.digest());
  }

  /** The journal keeps digests, so the format never changes. */
  @Test
  void theDigestStays() {
    assertThat(genome(0.5f, shift(1, -2), 2f, 4f, shift(), 8f).digest())
        .isEqualTo("e5ef19e008c9bdf7af383a6a19907ea72fc67ca0c9f50ccf64070b4ab2d3f233");
  }

  @Test
  void anyChangeShowsInTheDigest() {
    List<Genome> genomes = new ArrayList<>();
    genomes.add(genome(0.5f, shift(1, 2), 2f, 4f, shift(), 8f));
    genomes.add(genome(Math.nextUp(0.5f), shift(1, 2), 2f, 4f, shift(), 8f));
    genomes.add(genome(0.5f, shift(Math.nextUp(1f), 2), 2f, 4f, shift(), 8f));
    genomes.add(genome(0.5f, shift(2, 1), 2f, 4f, shift(), 8f));
    genomes.add(genome(0.5f, shift(), 2f, 4f, shift(), 8f));
    genomes.add(genome(0.5f, shift(0, 0), 2f, 4f, shift(), 8f));
    genomes.add(genome(0.5f, shift(1, 2), 3f, 4f, shift(), 8f));
    genomes.add(genome(0.5f, shift(1, 2), 2f, 5f, shift(), 8f));
    genomes.add(genome(0.5f, shift(), 2f, 4f, shift(1, 2), 8f));
    genomes.add(genome(0.5f, shift(1, 2), 2f, 4f, shift(), 9f));
    List<TensorSite> sites = LAYOUT.tensors();
    genomes.add(Genome.uniform(LAYOUT, 1, 1));
    genomes.add(Genome.uniform(new GenomeLayout(List.of("coding", "law"), sites), 1, 1));
    genomes.add(Genome.uniform(new GenomeLayout(List.of("maths", "coding"), sites), 1, 1));
    genomes.add(Genome.uniform(new GenomeLayout(List.of("coding"), sites), 1));
    genomes.add(Genome.uniform(new GenomeLayout(LAYOUT.experts(), sites.reversed()), 1, 1));
    List<TensorSite> wider = List.of(new TensorSite("up", 0, 3), sites.getLast());
    genomes.add(Genome.uniform(new GenomeLayout(LAYOUT.experts(), wider), 1, 1));
    Set<String> digests = new HashSet<>();
    genomes.forEach(genome -> digests.add(genome.digest()));
    assertThat(digests).hasSize(genomes.size());
    assertThat(genome(0.5f, shift(1, 2), 2f, 4f, shift(), 8f).digest())
        .isEqualTo(genomes.getFirst().digest());
  }

  @Test
  void knowsWhetherAllNumbersAreFinite() {
    assertThat(genome(0.5f, shift(1, 2), 2f, 4f, shift(), 8f).finite()).isTrue();
    assertThat(genome(0.5f, shift(1, Float.NaN), 2f, 4f, shift(), 8f).finite()).isFalse();
    assertThat(genome(0.5f, shift(1, 2), 2f, 4f, shift(), Float.NEGATIVE_INFINITY).finite())
        .isFalse();
  }

  @Test
  void refusesWrongSizes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Genome.uniform(LAYOUT, 1, 2, 3))
        .withMessage("2 experts need as many weights, got 3");
    TensorCoefficients one = TensorCoefficients.of(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Genome(LAYOUT, List.of(List.of(one, one), List.of(one))))
        .withMessage("a genome of this layout has 2 x 2 coefficient sets, found rows of [2, 1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> genome(1, shift(1, 2, 3), 1, 1, shift(), 1))
        .withMessage("tensor up has 2 components, the genome gives 3");
  }

  @Test
  void refusesGenomesThatDoNotMatch() {
    Genome genome = Genome.uniform(LAYOUT, 1, 1);
    GenomeLayout other = new GenomeLayout(List.of("coding", "law"), LAYOUT.tensors());
    Genome stranger = Genome.uniform(other, 1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> genome.mix(stranger, site -> 0.5))
        .withMessageContaining("different layouts");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Genome.sum(List.of(genome, stranger), 0.5, 0.5))
        .withMessageContaining("different layouts");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Genome.sum(List.of(genome, genome), 0.5))
        .withMessage("a sum of 2 genomes needs as many weights and at least one, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Genome.sum(List.of()))
        .withMessageContaining("a sum of 0 genomes");
  }

  private static Genome genome(
      float up1, float[] shift1, float norm1, float up2, float[] shift2, float norm2) {
    return new Genome(
        LAYOUT,
        List.of(
            List.of(new TensorCoefficients(up1, shift1), TensorCoefficients.of(norm1)),
            List.of(new TensorCoefficients(up2, shift2), TensorCoefficients.of(norm2))));
  }

  private static float[] shift(float... values) {
    return values;
  }

  private static void assertCoefficients(
      Genome genome, int expert, int tensor, float scale, float... shift) {
    TensorCoefficients found = genome.coefficients().get(expert).get(tensor);
    assertThat(found.scale()).isEqualTo(scale);
    assertThat(found.shift()).containsExactly(shift);
  }
}
