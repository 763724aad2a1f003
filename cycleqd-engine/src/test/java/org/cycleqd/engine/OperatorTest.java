package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.jenetics.Optimize;
import io.jenetics.Phenotype;
import io.jenetics.util.ISeq;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.ChildSvdMutation;
import org.cycleqd.spectral.ExpertBasisMutation;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.Granularity;
import org.cycleqd.spectral.TensorCoefficients;
import org.junit.jupiter.api.Test;

class OperatorTest {

  private static final GenomeCodec CODEC = new GenomeCodec(Toy.LAYOUT);

  private static Phenotype<CoefficientGene, CandidateFitness> individual(
      int number, Genome genome, Double... scores) {
    return Phenotype.of(CODEC.encode(genome), 0, new CandidateFitness(number, List.of(scores)));
  }

  private static ISeq<Phenotype<CoefficientGene, CandidateFitness>> experts() {
    return ISeq.of(
        individual(0, Genome.expert(Toy.LAYOUT, 0), 0.9, 0.0, 0.0),
        individual(1, Genome.expert(Toy.LAYOUT, 1), 0.9, 0.9, 0.0),
        individual(2, Genome.expert(Toy.LAYOUT, 2), 0.9, 0.9, 0.9));
  }

  @Test
  void aGenomeSurvivesJenetics() {
    Genome genome =
        new ExpertBasisMutation(0.3)
            .mutate(Genome.uniform(Toy.LAYOUT, 0.2, 0.3, 0.5), 1, Draws.at(3));
    assertThat(CODEC.decode(CODEC.encode(genome)).digest()).isEqualTo(genome.digest());
    assertThat(CODEC.encode(genome).length()).isEqualTo(3);
    assertThat(CODEC.encode(genome).geneCount()).isEqualTo(12);
    assertThat(CODEC.encode(genome).isValid()).isTrue();
    assertThat(CODEC.encode(Genome.uniform(Toy.LAYOUT, 1, Double.NaN, 0)).isValid()).isFalse();
  }

  @Test
  void genesAndChromosomesHaveNoRandomnessOfTheirOwn() {
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> CODEC.encode(Genome.expert(Toy.LAYOUT, 0)).newInstance());
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> CODEC.encode(Genome.expert(Toy.LAYOUT, 0)).gene().newInstance());
  }

  @Test
  void elitesAreDrawnByTheirWeights() {
    // The weights are 0.25, 0.4 and 0.64, for the first task tells the three apart by nothing.
    int[] first = new int[3];
    int rounds = 20_000;
    for (int round = 0; round < rounds; round++) {
      List<Integer> parents = select(Sampling.PAPER, round, experts());
      assertThat(parents).hasSize(2).doesNotHaveDuplicates();
      first[parents.getFirst()]++;
    }
    assertThat(first[0] / (double) rounds).isCloseTo(0.25 / 1.29, within(0.01));
    assertThat(first[1] / (double) rounds).isCloseTo(0.40 / 1.29, within(0.01));
    assertThat(first[2] / (double) rounds).isCloseTo(0.64 / 1.29, within(0.01));
  }

  @Test
  void uniformSamplingDrawsEveryPairEquallyOften() {
    int[] pairs = new int[9];
    int rounds = 18_000;
    for (int round = 0; round < rounds; round++) {
      List<Integer> parents = select(new Sampling.Uniform(), round, experts());
      pairs[3 * parents.get(0) + parents.get(1)]++;
    }
    assertThat(pairs[0] + pairs[4] + pairs[8]).isZero();
    for (int pair : new int[] {1, 2, 3, 5, 6, 7}) {
      assertThat(pairs[pair] / (double) rounds).isCloseTo(1 / 6.0, within(0.012));
    }
  }

  @Test
  void aSingleEliteIsBothParents() {
    assertThat(select(Sampling.PAPER, 1, experts().subSeq(1, 2))).containsExactly(1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> select(Sampling.PAPER, 1, ISeq.empty()))
        .withMessageContaining("no elite");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new EliteSelector(Sampling.PAPER, Draws.at(1)).select(experts(), 2, Optimize.MINIMUM));
  }

  private static List<Integer> select(
      Sampling sampling, int round, ISeq<Phenotype<CoefficientGene, CandidateFitness>> population) {
    return new EliteSelector(sampling, Draws.at(9, round))
        .select(population, 2, Optimize.MAXIMUM).stream()
            .map(parent -> parent.fitness().candidate())
            .toList();
  }

  @Test
  void crossoverWeightsOfThePaperMixAlmostEqually() {
    double[] shares =
        IntStream.range(0, 10_000)
            .mapToDouble(i -> crossover(Variation.PAPER, i).share("model"))
            .toArray();
    double mean = DoubleStream.of(shares).average().orElseThrow();
    double variance =
        DoubleStream.of(shares).map(share -> Math.pow(share - mean, 2)).average().orElseThrow();
    assertThat(mean).isCloseTo(0.5, within(0.0005));
    assertThat(Math.sqrt(variance)).isCloseTo(0.0106, within(0.0003));
  }

  @Test
  void crossoverMixesTheParentsByOneShareForTheWholeModel() {
    TaskVectorCrossover crossover = crossover(Variation.PAPER, 5);
    Genome child = cross(crossover);
    double share = crossover.share("model");
    Genome expected = Genome.uniform(Toy.LAYOUT, share, 1 - share, 0);
    assertThat(child.digest()).isEqualTo(Genome.sum(List.of(expected), 1).digest());
  }

  @Test
  void crossoverSharesWeightsByGranularity() {
    Genome child = cross(crossover(new Variation(Granularity.LAYER_GROUP, 1, 0.2, List.of()), 5));
    List<Float> scales = new ArrayList<>();
    child.coefficients().getFirst().forEach(tensor -> scales.add(tensor.scale()));
    assertThat(scales.get(1)).isEqualTo(scales.get(2));
    assertThat(scales).containsOnlyOnce(scales.get(0)).containsOnlyOnce(scales.get(3));
  }

  /** Where the parents are two experts, the shares themselves stand in the child. */
  @Test
  void crossoverByComponentsSharesNoWeights() {
    Variation variation = new Variation(Granularity.MODEL, 1, 0.2, List.of(), true);
    TaskVectorCrossover crossover = new TaskVectorCrossover(CODEC, variation, Draws.at(5));
    Genome child =
        CODEC.decode(crossover.alter(experts().subSeq(0, 2), 1).population().get(0).genotype());
    List<Double> shares = new ArrayList<>();
    for (int e = 0; e < 2; e++) {
      for (TensorCoefficients set : child.coefficients().get(e)) {
        for (float shift : set.shift()) {
          shares.add(e == 0 ? (double) set.scale() + shift : 1 - ((double) set.scale() + shift));
        }
      }
    }
    assertThat(shares).hasSizeGreaterThan(5).doesNotHaveDuplicates();
    assertThat(shares.stream().mapToDouble(share -> share).average())
        .hasValueCloseTo(0.5, within(0.15));
    assertThat(child.coefficients().get(2)).noneMatch(TensorCoefficients::spectral);
  }

  @Test
  void weightsThatCancelAreDrawnAgain() {
    assertThat(TaskVectorCrossover.cancel(1, -1)).isTrue();
    assertThat(TaskVectorCrossover.cancel(0, 0)).isTrue();
    assertThat(TaskVectorCrossover.cancel(1, -1 - 1e-7)).isTrue();
    assertThat(TaskVectorCrossover.cancel(1, -0.99)).isFalse();
    assertThat(TaskVectorCrossover.cancel(1e-9, 1e-9)).isFalse();
    for (int i = 0; i < 2_000; i++) {
      double share = crossover(new Variation(Granularity.MODEL, 0, 1, List.of()), i).share("model");
      assertThat(Math.abs(share)).isLessThan(1e6);
    }
  }

  @Test
  void crossoverTakesTwoParents() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> crossover(Variation.PAPER, 1).alter(experts(), 1))
        .withMessageContaining("two parents, got 3");
  }

  @Test
  void mutationChangesEveryIndividual() {
    Draws draws = Draws.at(4);
    ISeq<Phenotype<CoefficientGene, CandidateFitness>> mutants =
        new MutationAlterer(CODEC, genome -> new ExpertBasisMutation(0.3).mutate(genome, 2, draws))
            .alter(experts(), 7)
            .population();
    for (int i = 0; i < 3; i++) {
      Genome parent = Genome.expert(Toy.LAYOUT, i);
      assertThat(mutants.get(i).isEvaluated()).isFalse();
      assertThat(mutants.get(i).generation()).isEqualTo(7);
      assertThat(CODEC.decode(mutants.get(i).genotype()).digest())
          .isEqualTo(new ExpertBasisMutation(0.3).mutate(parent, 2, draws).digest());
    }
  }

  @Test
  void aCoreTravelsBehindTheExperts() {
    Genome experts = Genome.uniform(Toy.LAYOUT, 0.2, 0.3, 0.5);
    TensorCoefficients none = TensorCoefficients.of(0);
    TensorCoefficients some = new TensorCoefficients(0, new float[] {1, -2, 3, 4});
    Genome genome = new Genome(Toy.LAYOUT, experts.coefficients(), List.of(none, some, none, none));
    assertThat(CODEC.encode(genome)).hasSize(4);
    assertThat(CODEC.decode(CODEC.encode(genome))).isEqualTo(genome).isNotEqualTo(experts);
    assertThat(CODEC.decode(CODEC.encode(experts))).isEqualTo(experts);
  }

  @Test
  void mutationsOfMatricesNeedABasis() {
    Variation variation =
        new Variation(Granularity.MODEL, 1, 0.03, List.of(new ChildSvdMutation(0.3, false)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Search.of(Toy.settings(3, 1).withVariation(variation), Toy.LAYOUT, Map.of()))
        .withMessage("mutation child-svd: found no singular basis, which it needs");
  }

  private static TaskVectorCrossover crossover(Variation variation, int number) {
    return new TaskVectorCrossover(CODEC, variation, Draws.at(6, number));
  }

  private static Genome cross(TaskVectorCrossover crossover) {
    ISeq<Phenotype<CoefficientGene, CandidateFitness>> children =
        crossover.alter(experts().subSeq(0, 2), 1).population();
    assertThat(children).hasSize(1);
    return CODEC.decode(children.get(0).genotype());
  }
}
