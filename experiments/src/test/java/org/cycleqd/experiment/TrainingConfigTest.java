package org.cycleqd.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingConfigTest {

  private static final String NEW_MODEL =
      """
      name: pico-base
      seed: 7
      out: ../models/base
      model: {hidden_size: 96, layers: 4, heads: 6, kv_heads: 2, head_dim: 16,
              intermediate_size: 256, context: 128, rms_norm_eps: 1e-6}
      tokenizer: {vocabulary: 320}
      data:
        - {task: pico-code, items: 20000, seed: 11}
        - {task: pico-db, items: 20000}
      optimiser: {steps: 250, learning_rate: 3.0e-3, schedule: constant, warmup: 50}
      """;

  private static final String FINE_TUNE =
      """
      name: code
      out: /models/code
      start: /models/base
      data: [{task: pico-code, items: 8000}]
      optimiser: {steps: 400, batch: 32, learning_rate: 1e-3}
      """;

  private static TrainingConfig parse(String yaml, String... overrides) {
    return ConfigReader.parse(
        yaml,
        new Origin("t.yaml", Path.of("/configs"), 1),
        TrainingConfig.class,
        List.of(overrides));
  }

  @Test
  void newModelIsRead() {
    TrainingConfig config = parse(NEW_MODEL);
    assertThat(config.model())
        .isEqualTo(new ModelConfig(96, 4, 6, 2, 16, 256, 128, 10000.0, 1.0e-6, false));
    assertThat(config.start()).isNull();
    assertThat(config.out()).isEqualTo(Path.of("/models/base"));
    assertThat(config.data())
        .containsExactly(
            new DataConfig("pico-code", 20000, 11), new DataConfig("pico-db", 20000, 1));
    assertThat(config.optimiser())
        .isEqualTo(
            new OptimiserConfig(
                250, 64, 3.0e-3, Schedule.CONSTANT, 50, 0.1, 0.9, 0.95, 0.0, 1.0, 0.0));
    assertThat(config.dtype()).isEqualTo(WeightType.BFLOAT16);
  }

  @Test
  void bothFormsSurviveWritingAndReading() {
    for (String yaml : List.of(NEW_MODEL, FINE_TUNE)) {
      TrainingConfig config = parse(yaml);
      assertThat(parse(ConfigWriter.write(config))).isEqualTo(config);
    }
  }

  @Test
  void modelAndStartExcludeEachOther() {
    assertRefused(
        NEW_MODEL, "start=/models/base", "`start` is given beside model, allowed: one of the two");
    assertRefused(
        FINE_TUNE, "start=", "`model` at line 1 is missing, allowed: either model or start");
    assertRefused(
        FINE_TUNE,
        "tokenizer.vocabulary=320",
        "`tokenizer` is given beside start, allowed: only with model");
    assertRefused(NEW_MODEL, "tokenizer=", "`tokenizer` is missing, a new model needs one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model.hidden_size=0          | `model.hidden_size` is 0, allowed: 1 or more
          model.layers=0               | `model.layers` is 0, allowed: 1 or more
          model.heads=0                | `model.heads` is 0, allowed: 1 or more
          model.kv_heads=4             | `model.kv_heads` is 4, allowed: a divisor of the 6 heads
          model.head_dim=15            | `model.head_dim` is 15, allowed: an even number, 2 or more
          model.intermediate_size=0    | `model.intermediate_size` is 0, allowed: 1 or more
          model.context=1              | `model.context` is 1, allowed: 2 or more
          model.rope_theta=0           | `model.rope_theta` is 0.0, allowed: above 0
          model.rms_norm_eps=0         | `model.rms_norm_eps` is 0.0, allowed: above 0
          tokenizer.vocabulary=3       | `tokenizer.vocabulary` is 3, allowed: from 16 to 1000000
          data=[]                      | `data` is empty, allowed: 1 or more
          data.0.items=0               | `data.0.items` is 0, allowed: 1 or more
          optimiser.steps=0            | `optimiser.steps` is 0, allowed: 1 or more
          optimiser.batch=0            | `optimiser.batch` is 0, allowed: 1 or more
          optimiser.learning_rate=0    | `optimiser.learning_rate` is 0.0, allowed: above 0
          optimiser.warmup=251         | `optimiser.warmup` is 251, allowed: from 0 to 250
          optimiser.final_fraction=1.1 | `optimiser.final_fraction` is 1.1, allowed: from 0.0 to 1.0
          optimiser.beta1=1            | `optimiser.beta1` is 1.0, allowed: from 0.0 to 0.999999
          optimiser.beta2=-0.1         | `optimiser.beta2` is -0.1, allowed: from 0.0 to 0.999999
          optimiser.weight_decay=-1    | `optimiser.weight_decay` is -1.0, allowed: 0.0 or more
          optimiser.clip=0             | `optimiser.clip` is 0.0, allowed: above 0
          optimiser.prompt_loss=2      | `optimiser.prompt_loss` is 2.0, allowed: from 0.0 to 1.0
          threads=0                    | `threads` is 0, allowed: from 1 to 1024
          dtype=bf16                   | `dtype` is the text 'bf16', expected one of bfloat16, float32
          """)
  void valueOutsideItsRangeIsRefused(String override, String problem) {
    assertRefused(NEW_MODEL, override, problem);
  }

  private static void assertRefused(String yaml, String override, String problem) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> parse(yaml, override))
        .withMessageEndingWith(": " + problem);
  }
}
