package org.cycleqd.engine.rival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.cycleqd.engine.CandidateRecord;
import org.cycleqd.engine.CandidateRecord.Origin;
import org.cycleqd.engine.Pedigree;
import org.cycleqd.engine.Proposal;
import org.cycleqd.engine.Proposer;
import org.cycleqd.engine.RunFork;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.engine.Search;
import org.cycleqd.engine.SearchListener;
import org.cycleqd.engine.SearchOutcome;
import org.cycleqd.engine.SearchSettings;
import org.cycleqd.engine.StrategyChoice;
import org.cycleqd.engine.Variation;
import org.cycleqd.engine.synthetic.Landscape;
import org.cycleqd.engine.synthetic.LandscapeRule;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.CoefficientGaussianMutation;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.Granularity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RivalsTest {

  private static final List<String> TASKS = List.of("code", "db", "os");
  private static final Landscape LANDSCAPE =
      Landscape.of(TASKS, 4, 3, new LandscapeRule(5, 0.6, 0.7, 0, 0.02));
  private static final int CHILDREN = 90;

  @TempDir Path folder;

  static Stream<StrategyChoice> strategies() {
    return Stream.of(
        StrategyChoice.of("map-elites", Map.of()),
        StrategyChoice.of("random", Map.of("low", 0.0, "high", 1.0)),
        StrategyChoice.of("cma-es", Map.of("sigma", 0.2, "population", 0.0)),
        StrategyChoice.of("nsga-ii", Map.of("population", 16.0)),
        StrategyChoice.of("fixed", Map.of()));
  }

  private static SearchSettings settings(StrategyChoice strategy, int children) {
    return SearchSettings.paper(3, TASKS)
        .withBudget(children, 4)
        .withVariation(
            new Variation(
                Granularity.LAYER_GROUP,
                1,
                0.03,
                List.of(new CoefficientGaussianMutation(0.05, Granularity.LAYER_GROUP))))
        .withStrategy(strategy);
  }

  private static SearchOutcome run(Path directory, SearchSettings settings, int threads)
      throws Exception {
    return Search.of(settings, LANDSCAPE.layout(), Map.of(), Rivals::strategy)
        .run(directory, LANDSCAPE.evaluator(60, "optimisation"), threads, SearchListener.NONE);
  }

  private static RunHistory history(Path directory) throws Exception {
    return RunHistory.read(RunHistory.journal(directory));
  }

  private static double mean(CandidateRecord candidate) {
    return candidate.scores().orElseThrow().stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElseThrow();
  }

  /** The journal does not depend on workers, is carried on, and gives all genomes again. */
  @ParameterizedTest
  @MethodSource("strategies")
  void everyStrategyIsRepeatable(StrategyChoice strategy) throws Exception {
    SearchSettings settings = settings(strategy, CHILDREN);
    run(folder.resolve("one"), settings, 1);
    run(folder.resolve("three"), settings, 3);
    Path journal = RunHistory.journal(folder.resolve("one"));
    byte[] whole = Files.readAllBytes(journal);
    assertThat(RunHistory.journal(folder.resolve("three"))).hasBinaryContent(whole);
    Files.write(journal, Arrays.copyOf(whole, whole.length * 2 / 3));
    SearchOutcome outcome = run(folder.resolve("one"), settings, 2);
    assertThat(journal).hasBinaryContent(whole);

    RunHistory history = history(folder.resolve("one"));
    assertThat(history.header().settings().strategyChoice()).isEqualTo(strategy);
    assertThat(history.candidates()).hasSize(CHILDREN + 3);
    Pedigree pedigree = Pedigree.of(history, LANDSCAPE.layout(), Rivals::strategy);
    int best = outcome.best().orElseThrow().candidate().number();
    assertThat(pedigree.candidate(best).digest())
        .isEqualTo(outcome.best().orElseThrow().genome().digest());
    assertThat(pedigree.aggregate().genome().digest())
        .isEqualTo(outcome.aggregate().genome().digest());
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void everyStrategyFindsMoreThanTheBestExpert(StrategyChoice strategy) throws Exception {
    SearchOutcome outcome = run(folder, settings(strategy, CHILDREN), 1);
    double expert =
        history(folder).candidates().stream()
            .limit(3)
            .mapToDouble(RivalsTest::mean)
            .max()
            .orElseThrow();
    assertThat(mean(outcome.best().orElseThrow().candidate())).isGreaterThan(expert + 0.1);
  }

  @Test
  void mapElitesGivesEachArchiveAnEqualShare() throws Exception {
    run(folder, settings(StrategyChoice.of("map-elites", Map.of()), CHILDREN), 1);
    List<CandidateRecord> candidates = history(folder).candidates();
    for (int step = 1; step <= CHILDREN; step++) {
      Origin.Child origin = (Origin.Child) candidates.get(2 + step).origin();
      assertThat(origin.focus()).isEqualTo((step - 1) / 30);
    }
  }

  @Test
  void covarianceAdaptationBeatsChance() throws Exception {
    SearchOutcome adapted =
        run(
            folder.resolve("cma"),
            settings(StrategyChoice.of("cma-es", Map.of("sigma", 0.2, "population", 0.0)), 400),
            1);
    SearchOutcome random =
        run(
            folder.resolve("random"),
            settings(StrategyChoice.of("random", Map.of("low", 0.0, "high", 1.0)), 400),
            1);
    assertThat(mean(adapted.best().orElseThrow().candidate()))
        .isGreaterThan(mean(random.best().orElseThrow().candidate()) + 0.02);
  }

  @Test
  void parentsOfNonDominatedSortingAreGood() throws Exception {
    run(folder, settings(StrategyChoice.of("nsga-ii", Map.of("population", 16.0)), 160), 1);
    List<CandidateRecord> candidates = history(folder).candidates();
    double first = mean(candidates.subList(3, 19));
    double last = mean(candidates.subList(147, 163));
    assertThat(last).isGreaterThan(first + 0.05);
    for (CandidateRecord child : candidates.subList(3, 19)) {
      assertThat(child.origin().parents()).isEmpty();
    }
    for (CandidateRecord child : candidates.subList(23, 163)) {
      assertThat(child.origin().parents()).hasSize(2).doesNotHaveDuplicates();
      assertThat(child.origin().parents()).allMatch(parent -> parent <= child.number() - 4);
    }
  }

  private static double mean(List<CandidateRecord> candidates) {
    return candidates.stream().mapToDouble(RivalsTest::mean).average().orElseThrow();
  }

  @Test
  void fixedMergesAreTheAverageAndTaskArithmetic() throws Exception {
    run(folder, settings(StrategyChoice.of("fixed", Map.of()), 5), 1);
    List<String> genomes =
        Stream.of(1 / 3.0, 0.25, 0.5, 0.75, 1.0)
            .map(c -> Genome.uniform(LANDSCAPE.layout(), c, c, c).digest())
            .toList();
    assertThat(history(folder).candidates().subList(3, 8))
        .extracting(CandidateRecord::genome)
        .isEqualTo(genomes);
  }

  /** A search can go on with another strategy than it began with. */
  @Test
  void aForkChangesTheStrategy() throws Exception {
    SearchSettings adaptation =
        settings(StrategyChoice.of("cma-es", Map.of("sigma", 0.2, "population", 6.0)), 40);
    run(folder.resolve("cma"), adaptation, 1);
    SearchSettings cyclic = settings(StrategyChoice.CYCLEQD, 70);
    RunFork.write(folder.resolve("cma"), 30, folder.resolve("fork"), cyclic);
    SearchOutcome outcome = run(folder.resolve("fork"), cyclic, 2);
    RunHistory history = history(folder.resolve("fork"));
    assertThat(history.candidates().subList(0, 31))
        .extracting(CandidateRecord::genome)
        .isEqualTo(
            history(folder.resolve("cma")).candidates().subList(0, 31).stream()
                .map(CandidateRecord::genome)
                .toList());
    assertThat(history.candidates().get(31).origin()).isInstanceOf(Origin.Child.class);
    Pedigree pedigree = Pedigree.of(history, LANDSCAPE.layout(), Rivals::strategy);
    int best = outcome.best().orElseThrow().candidate().number();
    assertThat(pedigree.candidate(best).digest())
        .isEqualTo(outcome.best().orElseThrow().genome().digest());
  }

  /** The one small interface: a strategy of one's own that walks from expert to expert. */
  @Test
  void aStrategyOfOnesOwnPlugsIn() throws Exception {
    SearchSettings settings = settings(StrategyChoice.of("walk", Map.of("steps", 10.0)), 10);
    Search.of(
            settings,
            LANDSCAPE.layout(),
            Map.of(),
            choice ->
                population ->
                    new Proposer() {
                      @Override
                      public Proposal propose(int number) {
                        double share = (number - 2) / choice.parameter("steps");
                        return new Proposal(
                            new Origin.Proposed(List.of(0, 1)),
                            Genome.uniform(LANDSCAPE.layout(), 1 - share, share, 0));
                      }

                      @Override
                      public void tell(CandidateRecord candidate, Genome genome) {}
                    })
        .run(folder, LANDSCAPE.evaluator(60, "optimisation"), 1, SearchListener.NONE);
    assertThat(history(folder).candidates().getLast().genome())
        .isEqualTo(Genome.expert(LANDSCAPE.layout(), 1).digest());
  }

  @Test
  void unknownStrategiesAndWrongParametersAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rivals.strategy(StrategyChoice.of("annealing", Map.of())))
        .withMessageContaining("strategy: found annealing, expected one of [cycleqd, map-elites");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rivals.strategy(StrategyChoice.of("cma-es", Map.of("sigma", 1.0))))
        .withMessage("strategy cma-es: found parameters [sigma], expected population");
  }

  @Test
  void theModelFindsTheMinimumOfATiltedBowl() {
    CovarianceModel model = new CovarianceModel(new double[] {3, -2, 1, 0}, 0.5, 8);
    Draws draws = Draws.at(1, "bowl");
    for (int update = 0; update < 220; update++) {
      int block = update;
      List<double[]> samples =
          IntStream.range(0, 8)
              .mapToObj(k -> {
                double[] normal = new double[4];
                for (int i = 0; i < 4; i++) {
                  normal[i] = draws.gaussian(4L * (8L * block + k) + i);
                }
                return model.sample(normal);
              })
              .sorted(Comparator.comparingDouble(RivalsTest::bowl))
              .toList();
      model.update(samples);
    }
    assertThat(bowl(model.mean())).isLessThan(1e-8);
    assertThat(model.sigma()).isLessThan(0.01);
  }

  private static double bowl(double[] x) {
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      double rotated = x[i] + 0.5 * x[(i + 1) % 4];
      sum += StrictMath.pow(30, i / 3.0) * rotated * rotated;
    }
    return sum;
  }
}
