package org.cycleqd.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.experiment.DataConfig;
import org.cycleqd.experiment.ModelConfig;
import org.cycleqd.experiment.TrainingConfig;
import org.cycleqd.experiment.UserException;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.lm.TextModel;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.random.Draws;
import org.cycleqd.task.Example;
import org.cycleqd.task.pico.PicoSkill;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.torch.TorchRuntime;

/**
 * Supervised fine-tuning, from a config to a published Hugging Face folder. It starts from a new
 * model with a vocabulary learned from the data, or from another folder, whose tokenizer it keeps.
 */
public final class FineTuning {

  /** Standard deviation of a new model's matrices, as Hugging Face initialises Llama. */
  private static final double INITIAL_DEVIATION = 0.02;

  private final TrainingConfig config;
  private final Progress progress;

  private FineTuning(TrainingConfig config, Progress progress) {
    this.config = config;
    this.progress = progress;
  }

  /** Is told about every step. */
  @FunctionalInterface
  public interface Progress {

    /**
     * A step is done.
     *
     * @param step from 1 to {@code steps}
     * @param loss the batch's loss, in nats per token
     */
    void step(int step, int steps, float loss);
  }

  /**
   * Trains and publishes the model, replacing an older one of the same name.
   *
   * @return the mean loss of the last tenth of the steps
   * @throws UserException if a data set is unknown or the start does not fit
   */
  public static double run(TrainingConfig config, Progress progress) throws IOException {
    TorchRuntime.threads(config.threads());
    return new FineTuning(config, progress).run();
  }

  private double run() throws IOException {
    List<Example> examples = new ArrayList<>();
    for (DataConfig data : config.data()) {
      examples.addAll(skill(data).training(data.items(), data.seed()));
    }
    return config.start() == null
        ? fresh(Objects.requireNonNull(config.model()), examples)
        : continued(config.start(), examples);
  }

  private static PicoSkill skill(DataConfig data) {
    return PicoSkill.named(data.task())
        .orElseThrow(() ->
            new UserException(
                "data: no training items for '%s', known: %s"
                    .formatted(data.task(), PicoSkill.names())));
  }

  private double continued(Path start, List<Example> examples) throws IOException {
    try (Checkpoint origin = Checkpoint.open(start);
        Tokenizer tokenizer = Tokenizer.open(start)) {
      List<TensorSpec> specs = origin.config().tensors();
      FlatWeights weights = new FlatWeights(specs);
      for (TensorSpec spec : specs) {
        weights.put(spec.name(), origin.tensor(spec.name()).toFloats());
      }
      double loss = train(origin.config(), tokenizer, weights, examples);
      publish(CheckpointContent.like(origin, TensorSource.ofFloats(weights::get)));
      return loss;
    }
  }

  private double fresh(ModelConfig shape, List<Example> examples) throws IOException {
    int size = Objects.requireNonNull(config.tokenizer()).vocabulary();
    if (size < TokenizerFiles.alphabet()) {
      throw new UserException(
          "tokenizer.vocabulary: is %d, the characters alone need %d"
              .formatted(size, TokenizerFiles.alphabet()));
    }
    List<String> texts = new ArrayList<>();
    examples.forEach(example -> texts.add(example.prompt() + " " + example.answer()));
    List<BytePairTrainer.Merge> merges =
        BytePairTrainer.learn(texts, size - TokenizerFiles.alphabet());
    LlamaConfig llama = architecture(shape, TokenizerFiles.vocabulary(merges).size());
    FlatWeights weights = initial(llama);
    String vocabulary = TokenizerFiles.tokenizer(merges);
    double loss;
    try (Tokenizer tokenizer = Tokenizer.parse(vocabulary)) {
      loss = train(llama, tokenizer, weights, examples);
    }
    publish(
        CheckpointContent.of(llama, TensorSource.ofFloats(weights::get))
            .withFile("tokenizer.json", vocabulary)
            .withFile("tokenizer_config.json", TokenizerFiles.settings(shape.context()))
            .withFile("special_tokens_map.json", TokenizerFiles.specialTokens()));
    return loss;
  }

  private void publish(CheckpointContent content) throws IOException {
    CheckpointWriter.publish(config.out(), content, ExistingTarget.REPLACE);
  }

  private LlamaConfig architecture(ModelConfig shape, int vocabulary) {
    return new LlamaConfig(
        vocabulary,
        shape.hiddenSize(),
        shape.intermediateSize(),
        shape.layers(),
        new AttentionConfig(shape.heads(), shape.kvHeads(), shape.headDim(), false),
        false,
        shape.rmsNormEps(),
        RotaryEmbedding.of(shape.ropeTheta()),
        shape.context(),
        shape.tied(),
        switch (config.dtype()) {
          case BFLOAT16 -> DType.BF16;
          case FLOAT32 -> DType.F32;
        },
        new SpecialTokens(
            OptionalInt.of(TokenizerFiles.SPECIAL.indexOf(TokenizerFiles.BEGIN)),
            List.of(TokenizerFiles.SPECIAL.indexOf(TokenizerFiles.END)),
            OptionalInt.of(TokenizerFiles.SPECIAL.indexOf(TokenizerFiles.PAD))));
  }

  /** Norms of one, biases of zero, matrices normal; the draws are addressed by tensor. */
  private FlatWeights initial(LlamaConfig llama) {
    FlatWeights weights = new FlatWeights(llama.tensors());
    for (TensorSpec spec : llama.tensors()) {
      float[] values = new float[Math.toIntExact(spec.elements())];
      Draws draws = Draws.at(config.seed(), "initial", spec.name());
      boolean norm = spec.name().toLowerCase(Locale.ROOT).contains("norm");
      for (int i = 0; i < values.length; i++) {
        values[i] =
            spec.shape().size() == 1
                ? (norm ? 1f : 0f)
                : (float) (INITIAL_DEVIATION * draws.gaussian(i));
      }
      weights.put(spec.name(), values);
    }
    return weights;
  }

  private double train(
      LlamaConfig llama, Tokenizer tokenizer, FlatWeights weights, List<Example> examples) {
    TextModel.Format format = TextModel.Format.of(llama);
    List<Sequence> sequences =
        examples.stream().map(example -> sequence(format, tokenizer, example)).toList();
    int longest = sequences.stream().mapToInt(s -> s.ids().length).max().orElseThrow();
    if (longest > llama.maximumPositions()) {
      throw new UserException(
          "model: a training text of %d tokens does not fit into a context of %d"
              .formatted(longest, llama.maximumPositions()));
    }
    int steps = config.optimiser().steps();
    Batches batches =
        new Batches(sequences, config.optimiser().batch(), Draws.at(config.seed(), "batches"));
    double tail = 0;
    int tailSteps = Math.max(1, steps / 10);
    try (LlamaRuntime runtime = new LlamaRuntime(llama, longest);
        Optimisation optimisation =
            new Optimisation(runtime, config.optimiser(), weights.values())) {
      for (int step = 1; step <= steps; step++) {
        float loss = optimisation.step(step, batches.next());
        if (!Float.isFinite(loss)) {
          throw new UserException(
              "the loss is %s at step %d: lower optimiser.learning_rate".formatted(loss, step));
        }
        tail += step > steps - tailSteps ? loss : 0;
        progress.step(step, steps, loss);
      }
      weights.set(optimisation.weights());
    }
    return tail / tailSteps;
  }

  private static Sequence sequence(TextModel.Format format, Tokenizer tokenizer, Example example) {
    int[] prompt = format.prompt(tokenizer, example.prompt());
    int[] answer = format.answer(tokenizer, example.answer());
    int[] ids = Arrays.copyOf(prompt, prompt.length + answer.length);
    System.arraycopy(answer, 0, ids, prompt.length, answer.length);
    return new Sequence(ids, prompt.length);
  }
}
