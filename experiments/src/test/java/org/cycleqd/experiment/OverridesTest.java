package org.cycleqd.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import org.cycleqd.spectral.Granularity;
import org.junit.jupiter.api.Test;

class OverridesTest {

  private static final String SMALL =
      """
      name: small
      base: base
      experts:
        - {name: a, path: a, task: code}
        - {name: b, path: b, task: db}
      tasks:
        - {name: code, type: pico-code, optimisation: 8, test: 4}
        - {name: db, type: pico-db, optimisation: 8, test: 4}
      """;

  private static ExperimentConfig parse(String... overrides) {
    return ConfigReader.parse(
        SMALL,
        new Origin("x.yaml", Path.of("/configs"), 1),
        ExperimentConfig.class,
        List.of(overrides));
  }

  private static void refused(String override, String problem) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> parse(override))
        .withMessage("--set " + override + ": " + problem);
  }

  @Test
  void replacesAddsAndReachesIntoDefaults() {
    ExperimentConfig config =
        parse(
            "tasks.1.optimisation=16",
            "search.mutations.0.w_max=0.2",
            "archive.ranges.db=[0.1, 0.9]",
            "runtime.threads=2",
            "genome.granularity=tensor");
    assertThat(config.tasks().get(1).optimisation()).isEqualTo(16);
    assertThat(config.tasks().get(0).optimisation()).isEqualTo(8);
    assertThat(config.search().mutations())
        .containsExactly(new MutationConfig.ExpertBasis(0.2, false));
    assertThat(config.archive().ranges()).containsEntry("db", new ScoreRange(0.1, 0.9));
    assertThat(config.runtime().threads()).isEqualTo(2);
    assertThat(config.genome().granularity()).isEqualTo(Granularity.TENSOR);
  }

  @Test
  void laterOverridesSeeEarlierOnes() {
    ExperimentConfig config =
        parse(
            "search.mutations=[{operator: coefficient-gaussian, sigma: 0.5}]",
            "search.mutations.0.sigma=0.25",
            "archive.ranges.code=[0, 1]",
            "archive.ranges.code.0=0.5");
    assertThat(config.search().mutations())
        .containsExactly(new MutationConfig.CoefficientGaussian(0.25));
    assertThat(config.archive().ranges()).containsEntry("code", new ScoreRange(0.5, 1));
  }

  @Test
  void anotherVariantStartsFromItsOwnDefaults() {
    assertThat(
            parse(
                    "search.strategy={name: nsga-ii, population: 10}",
                    "search.strategy.name=cma-es",
                    "journal={sync: batch, records: 5}",
                    "journal.sync=never")
                .search()
                .strategy())
        .isEqualTo(new StrategyConfig.CmaEs(0.2, 0));
    assertThat(
            parse("search.strategy={name: nsga-ii, population: 10}", "search.strategy.name=nsga-ii")
                .search()
                .strategy())
        .isEqualTo(new StrategyConfig.NsgaIi(10));
    assertThat(parse("journal={sync: batch, records: 5}", "journal.sync=never").journal())
        .isEqualTo(new JournalConfig.Never());
    refused("archive.add.rule=soft", "`archive.add.learning_rate` is missing, expected a number");
  }

  @Test
  void wholeListCanBeEmptied() {
    assertThat(parse("search.mutations=[]").search().mutations()).isEmpty();
  }

  @Test
  void unknownPathsAreRefusedWithTheNearestKey() {
    refused("serch.lag=1", "unknown key `serch`; did you mean `search`?");
    refused("search.lags=1", "unknown key `search.lags`; did you mean `lag`?");
    refused(
        "search.mutations.0.wmax=1",
        "unknown key `search.mutations.0.wmax`; did you mean `w_max`?");
    refused("search.lag.deep=1", "`search.lag` is a whole number and has no key `deep`");
  }

  @Test
  void listIndicesOutsideTheListAreRefused() {
    refused("experts.2.path=c", "`experts.2` is not in the list; expected a number from 0 to 1");
    refused("experts.a.path=c", "`experts.a` is not in the list; expected a number from 0 to 1");
  }

  @Test
  void malformedAssignmentsAreRefused() {
    refused("search.lag", "expected path.to.field=value");
    refused("=1", "expected path.to.field=value");
    refused("search.lag=", "`search.lag` is empty, expected a whole number");
    refused(
        "search..lag=1",
        "unknown key `search.`; known: children, lag, strategy, limits, sampling, crossover, mutations, stopping, stopping_block, stopping_error, reevaluation");
  }

  @Test
  void valueOutsideItsRangeNamesTheOverride() {
    refused("search.lag=0", "`search.lag` is 0, allowed: from 1 to 1024");
  }
}
