package org.cycleqd.experiment;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A supervised training, of a new model or from a start.
 *
 * @param seed every random draw derives from it
 * @param out the Hugging Face folder to write
 * @param model the shape of a new model; exactly one of {@code model} and {@code start}
 * @param start the Hugging Face folder to start from
 * @param tokenizer how to train the tokenizer of a new model; a start brings its own
 * @param data the training sets, which are mixed
 * @param dtype the number format of the written weights; training itself is in 32 bits
 * @param threads threads of the matrix products
 */
public record TrainingConfig(
    String name,
    @Default("1") long seed,
    Path out,
    @Nullable ModelConfig model,
    @Nullable Path start,
    @Nullable TokenizerConfig tokenizer,
    List<DataConfig> data,
    OptimiserConfig optimiser,
    @Default("bfloat16") WeightType dtype,
    @Default("1") int threads) {

  /** Copies the data and checks that the parts fit together. */
  public TrainingConfig {
    data = List.copyOf(data);
    Require.name("name", name);
    Require.that(
        model != null || start != null, "model", "is missing, allowed: either model or start");
    Require.that(
        model == null || start == null, "start", "is given beside model, allowed: one of the two");
    Require.that(
        model == null || tokenizer != null, "tokenizer", "is missing, a new model needs one");
    Require.that(
        start == null || tokenizer == null,
        "tokenizer",
        "is given beside start, allowed: only with model");
    Require.that(!data.isEmpty(), "data", "is empty, allowed: 1 or more");
    Require.between("threads", threads, 1, 1024);
  }
}
