package org.cycleqd.experiment.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.digest.Sha256;
import org.cycleqd.experiment.Draft;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.TaskConfig;
import org.cycleqd.experiment.UserException;
import org.cycleqd.lm.Decoding;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.lm.Placement;
import org.cycleqd.lm.TextModel;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.pool.Exam;
import org.cycleqd.pool.Examination;
import org.cycleqd.spectral.BasisListener;
import org.cycleqd.spectral.SingularBasis;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.TaskCatalogue;
import org.cycleqd.torch.TorchRuntime;

/** What an experiment works with, opened and checked: models, tokenizer, exams. */
final class Ingredients implements AutoCloseable {

  /** Answers decoded at once. */
  private static final int ROWS = 256;

  private final Deque<Runnable> closers;
  private final ExperimentModels models;
  private final Checkpoint base;
  private final LlamaRuntime runtime;
  private final SingularBasis basis;
  private final Examination optimisation;
  private final Examination test;
  private final int maxNewTokens;

  private Ingredients(
      ExperimentConfig config,
      List<Exam> optimisation,
      List<Exam> test,
      BasisListener listener,
      Deque<Runnable> closers)
      throws IOException {
    this.closers = closers;
    this.models = ExperimentModels.open(config);
    closers.push(models::close);
    this.base = models.base();
    TorchRuntime.threads(config.runtime().threads());
    Tokenizer tokenizer = Tokenizer.open(base.folder());
    closers.push(tokenizer::close);
    TextModel.Format format = TextModel.Format.of(base.config());
    this.maxNewTokens = config.runtime().maxNewTokens();
    int longest = longestPrompt(tokenizer, format, optimisation, test);
    int context = base.config().maximumPositions();
    if (longest + maxNewTokens > context) {
      throw new UserException(
          "runtime.max_new_tokens: is %d, allowed: at most %d, since the longest prompt has %d tokens and the context %d"
              .formatted(maxNewTokens, context - longest, longest, context));
    }
    this.runtime = runtime(config.runtime().placement(), longest + maxNewTokens);
    closers.push(runtime::close);
    this.basis = models.basis(listener);
    closers.push(basis::close);
    Decoding decoding = Decoding.of(base.config(), maxNewTokens, ROWS);
    boolean drafts = config.runtime().draft() != Draft.NONE;
    this.optimisation = Examination.of(optimisation, tokenizer, format, decoding, drafts);
    this.test = Examination.of(test, tokenizer, format, decoding, drafts);
  }

  private LlamaRuntime runtime(Placement placement, int positions) {
    try {
      return new LlamaRuntime(base.config(), positions, placement);
    } catch (IllegalStateException e) {
      throw new UserException("runtime." + e.getMessage(), e);
    }
  }

  /**
   * Opens everything.
   *
   * @throws IOException if a model does not open or does not fit the base
   * @throws UserException if a task is unknown or an answer cannot fit into the context
   */
  static Ingredients open(ExperimentConfig config, TaskCatalogue catalogue, BasisListener listener)
      throws IOException {
    List<Exam> optimisation = exams(config, catalogue, Split.OPTIMISATION);
    List<Exam> test = exams(config, catalogue, Split.TEST);
    Deque<Runnable> closers = new ArrayDeque<>();
    try {
      return new Ingredients(config, optimisation, test, listener, closers);
    } catch (IOException | RuntimeException e) {
      closers.forEach(Runnable::run);
      throw e;
    }
  }

  private static List<Exam> exams(ExperimentConfig config, TaskCatalogue catalogue, Split split) {
    List<Exam> exams = new ArrayList<>();
    for (int i = 0; i < config.tasks().size(); i++) {
      TaskConfig task = config.tasks().get(i);
      int count = split == Split.OPTIMISATION ? task.optimisation() : task.test();
      try {
        exams.add(Exam.of(task.name(), catalogue.task(task.type()), split, count, task.itemSeed()));
      } catch (IllegalArgumentException e) {
        throw new UserException("tasks.%d: %s".formatted(i, e.getMessage()), e);
      }
    }
    return exams;
  }

  private static int longestPrompt(
      Tokenizer tokenizer, TextModel.Format format, List<Exam> first, List<Exam> second) {
    int longest = 0;
    for (List<Exam> exams : List.of(first, second)) {
      for (Exam exam : exams) {
        for (Item item : exam.items()) {
          longest = Math.max(longest, format.prompt(tokenizer, item.prompt()).length);
        }
      }
    }
    return longest;
  }

  /** What decides the scores beside the engine's settings, by name. */
  Map<String, String> digests() {
    Map<String, String> digests = new TreeMap<>(models.digests());
    digests.put("tokenizer", digest(base.folder().resolve("tokenizer.json")));
    for (Exam exam : optimisation.exams()) {
      List<String> ids = exam.items().stream().map(Item::id).toList();
      digests.put("items " + exam.name(), Sha256.of(String.join("\n", ids)));
    }
    digests.put("max_new_tokens", Integer.toString(maxNewTokens));
    if (!runtime.placement().text().isEmpty()) { // journals from before there was a choice stay
      digests.put("placement", runtime.placement().text());
    }
    return digests;
  }

  private static String digest(Path file) {
    try {
      return Sha256.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UserException("%s: cannot be read".formatted(file), e);
    }
  }

  Checkpoint base() {
    return base;
  }

  LlamaRuntime runtime() {
    return runtime;
  }

  SingularBasis basis() {
    return basis;
  }

  Examination optimisation() {
    return optimisation;
  }

  Examination test() {
    return test;
  }

  /** Closes everything, the last opened first. */
  @Override
  public void close() {
    closers.forEach(Runnable::run);
  }
}
