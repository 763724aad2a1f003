package org.cycleqd.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cycleqd.spectral.Granularity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {

  private static final String SMALL =
      """
      name: small
      base: models/base
      experts:
        - {name: a, path: models/a, task: code}
        - {name: b, path: models/b, task: db}
      tasks:
        - {name: code, type: pico-code, optimisation: 8, test: 4}
        - {name: db, type: pico-db, optimisation: 8, test: 4}
      search:
        children: 10
        crossover: {sigma: 0.1}
      """;

  private static ExperimentConfig parse(String yaml, String... overrides) {
    return ConfigReader.parse(
        yaml,
        new Origin("x.yaml", Path.of("/configs"), 1),
        ExperimentConfig.class,
        List.of(overrides));
  }

  private static String error(String yaml, String... overrides) {
    try {
      return "accepted: " + parse(yaml, overrides);
    } catch (ConfigException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void whatIsNotGivenTakesTheDefault() {
    ExperimentConfig config = parse(SMALL);
    assertThat(config.seed()).isEqualTo(1);
    assertThat(config.genome().granularity()).isEqualTo(Granularity.MODEL);
    assertThat(config.archive().bins()).isEqualTo(15);
    assertThat(config.archive().ranges()).isEmpty();
    assertThat(config.search().children()).isEqualTo(10);
    assertThat(config.search().crossover()).isEqualTo(new CrossoverConfig(1.0, 0.1, false));
    assertThat(config.search().sampling())
        .isEqualTo(new SamplingConfig(SamplingConfig.Method.ELITE, 0.5, 0.8));
    assertThat(config.search().mutations())
        .containsExactly(new MutationConfig.ExpertBasis(0.3, false));
    assertThat(config.runtime().workers()).isNull();
    assertThat(config.runtime().workers(8, 2)).isEqualTo(2);
    assertThat(config.tasks().getFirst().itemSeed()).isEqualTo(1);
  }

  @Test
  void pathsStartFromTheFileAndTheRunFolderFromTheWorkingDirectory(@TempDir Path folder)
      throws Exception {
    Path file = Files.writeString(folder.resolve("x.yaml"), SMALL);
    ExperimentConfig config =
        ConfigReader.read(file, ExperimentConfig.class, List.of("experts.0.path=near"));
    assertThat(config.base()).isEqualTo(folder.resolve("models/base"));
    assertThat(config.experts().get(1).path()).isEqualTo(folder.resolve("models/b"));
    assertThat(config.experts().get(0).path()).isEqualTo(Path.of("near").toAbsolutePath());
    assertThat(config.output().folder()).isEqualTo(Path.of("runs"));
  }

  @Test
  void unknownKeyNamesLinePathAndTheNearestKey() {
    assertThat(error(SMALL.replace("  children: 10", "  childern: 10")))
        .isEqualTo("x.yaml: unknown key `search.childern` at line 10; did you mean `children`?");
    assertThat(error(SMALL + "zebra: 1\n"))
        .startsWith("x.yaml: unknown key `zebra` at line 12; known: name, seed, base,");
    assertThat(error(SMALL.replace("path: models/b", "pth: models/b")))
        .isEqualTo("x.yaml: unknown key `experts.1.pth` at line 5; did you mean `path`?");
  }

  @Test
  void duplicateKeyNamesBothLines() {
    assertThat(error(SMALL + "base: elsewhere\n"))
        .isEqualTo("x.yaml: duplicate key `base` at line 12, first written at line 2");
  }

  @Test
  void missingFieldNamesPathAndType() {
    assertThat(
            error(
                SMALL.replace(
                    "optimisation: 8, test: 4}\n  - {name: db", "test: 4}\n  - {name: db")))
        .isEqualTo(
            "x.yaml: `tasks.0.optimisation` is missing from the mapping at line 7,"
                + " expected a whole number");
    assertThat(error("name: x\nbase:\nexperts: []\ntasks: []\n"))
        .isEqualTo("x.yaml: `base` at line 2 is empty, expected a path");
    assertThat(error(""))
        .isEqualTo(
            "x.yaml: is empty, expected a mapping with the keys name, seed,"
                + " base, experts, tasks, genome, basis, archive, search, baselines, screening, aggregation, journal, runtime, output");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          search.lag=two              | `search.lag` is the text 'two', expected a whole number
          search.lag=2.0              | `search.lag` is 2.0, expected a whole number
          search.lag='\"2\"'          | `search.lag` is the text '2', expected a whole number
          search.lag=[2]              | `search.lag` is a list of 1, expected a whole number
          search.lag=99999999999      | `search.lag` is 99999999999, expected a whole number from -2147483648 to 2147483647
          search=fast                 | `search` is the text 'fast', expected a mapping with the keys children, lag, strategy, limits, sampling, crossover, mutations, stopping, stopping_block, stopping_error, reevaluation
          search.mutations=none       | `search.mutations` is the text 'none', expected a list
          search.mutations=[{sigma: 1.0}] | `search.mutations.0.operator` is missing, expected one of expert-basis, literal, child-svd, top-singular, coefficient-gaussian
          search.mutations=[{operator: expert-bases}] | `search.mutations.0.operator` is the text 'expert-bases', expected one of expert-basis, literal, child-svd, top-singular, coefficient-gaussian; did you mean expert-basis?
          search.mutations=[{operator: expert-basis, sigma: 1.0}] | unknown key `search.mutations.0.sigma`; known: w_max, symmetric
          search.mutations=[{operator: literal, symmetric: 1}] | `search.mutations.0.symmetric` is 1, expected true or false
          search.crossover.per_component=tensor | `search.crossover.per_component` is the text 'tensor', expected true or false
          archive.lower_factor=low    | `archive.lower_factor` is the text 'low', expected a number
          archive.lower_factor=1e999  | `archive.lower_factor` is 1e999, expected a finite number
          archive.ranges={code: 1}    | `archive.ranges.code` is 1, expected a list of 2 (lower, upper)
          archive.ranges={code: [1]}  | `archive.ranges.code` is a list of 1, expected a list of 2 (lower, upper)
          genome.granularity=layergroup | `genome.granularity` is the text 'layergroup', expected one of model, layer-group, tensor; did you mean layer-group?
          output.export=yep           | `output.export` is the text 'yep', expected true or false
          base={}                     | `base` is a mapping, expected a path
          """)
  void wrongTypeNamesFoundAndExpected(String override, String problem) {
    assertThat(error(SMALL, unquoted(override)))
        .isEqualTo("--set " + unquoted(override) + ": " + problem);
  }

  private static String unquoted(String override) {
    return override.replace("\\\"", "\"").replaceAll("'(\".*\")'", "$1");
  }

  @Test
  void wrongTypeInTheFileNamesTheLine() {
    assertThat(error(SMALL.replace("children: 10", "children: many")))
        .isEqualTo(
            "x.yaml: `search.children` at line 10 is the text 'many', expected a whole number");
  }

  @Test
  void yamlThatCannotBeReadNamesTheLine() {
    assertThat(error("name: x\nbase: [1, 2\n"))
        .isEqualTo(
            "x.yaml: not valid YAML at line 2: while parsing a flow sequence,"
                + " expected ',' or ']', but got <stream end>");
    assertThat(error("name: &a x\nbase: *a\n"))
        .isEqualTo("x.yaml: YAML alias at line 2, expected the value itself");
    assertThat(error(SMALL + "---\nname: second\n"))
        .startsWith("x.yaml: a second YAML document starts at line 1");
  }

  @Test
  void fileThatCannotBeReadIsNamed(@TempDir Path folder) {
    Path absent = folder.resolve("absent.yaml");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ConfigReader.read(absent, ExperimentConfig.class, List.of()))
        .withMessage(absent + ": no such file");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ConfigReader.read(folder, ExperimentConfig.class, List.of()))
        .withMessage(folder + ": is a folder, expected a file");
  }

  @Test
  void numbersMayHaveExponentsWithoutPointAndUnderscores() {
    ExperimentConfig config =
        parse(SMALL, "search.crossover.sigma=3e-3", "search.children=20_000", "archive.bins=7");
    assertThat(config.search().crossover().sigma()).isEqualTo(0.003);
    assertThat(config.search().children()).isEqualTo(20_000);
    assertThat(config.archive().bins()).isEqualTo(7);
  }

  @Test
  void namesThatLookLikeOtherTypesStayText() {
    assertThat(parse(SMALL, "name=2410.14735").name()).isEqualTo("2410.14735");
    assertThat(parse(SMALL, "name=no").name()).isEqualTo("no");
  }
}
