package org.cycleqd.experiment.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.digest.Sha256;
import org.cycleqd.experiment.Draft;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.ScreeningConfig;
import org.cycleqd.experiment.TaskConfig;
import org.cycleqd.experiment.UserException;
import org.cycleqd.lm.Decoding;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.lm.Placement;
import org.cycleqd.lm.TextModel;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.pool.Exam;
import org.cycleqd.pool.Examination;
import org.cycleqd.pool.Screening;
import org.cycleqd.pool.SearchItems;
import org.cycleqd.spectral.BasisListener;
import org.cycleqd.spectral.SingularBasis;
import org.cycleqd.spectral.analysis.ExpertAnalysis;
import org.cycleqd.spectral.analysis.NormGuard;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;
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
  private final SearchItems optimisation;
  private final Optional<Examination> validation;
  private final Examination test;
  private final int maxNewTokens;
  private final ScreeningConfig screening;

  private Ingredients(
      ExperimentConfig config,
      List<Exam> optimisation,
      List<Exam> validation,
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
    this.screening = config.screening();
    this.maxNewTokens = config.runtime().maxNewTokens();
    int longest = longestPrompt(tokenizer, format, List.of(optimisation, validation, test));
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
    this.optimisation =
        new SearchItems(Examination.of(optimisation, tokenizer, format, decoding, drafts));
    this.validation =
        validation.isEmpty()
            ? Optional.empty()
            : Optional.of(Examination.of(validation, tokenizer, format, decoding, drafts));
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
    boolean validated = config.tasks().getFirst().validation() > 0;
    List<Exam> validation = validated ? exams(config, catalogue, Split.VALIDATION) : List.of();
    List<Exam> test = exams(config, catalogue, Split.TEST);
    for (int i = 0; i < optimisation.size(); i++) {
      ItemGuard.check(i, config.tasks().get(i), optimisation.get(i), test.get(i));
      if (validated) {
        ItemGuard.check(i, config.tasks().get(i), validation.get(i), test.get(i));
      }
    }
    Deque<Runnable> closers = new ArrayDeque<>();
    try {
      return new Ingredients(config, optimisation, validation, test, listener, closers);
    } catch (IOException | RuntimeException e) {
      closers.forEach(Runnable::run);
      throw e;
    }
  }

  private static List<Exam> exams(ExperimentConfig config, TaskCatalogue catalogue, Split split) {
    List<Exam> exams = new ArrayList<>();
    for (int i = 0; i < config.tasks().size(); i++) {
      TaskConfig task = config.tasks().get(i);
      String name = task.name();
      long seed = task.itemSeed();
      try {
        Task type = catalogue.task(task.type(), data(task));
        exams.add(
            switch (split) {
              case VALIDATION ->
                  Exam.validation(name, type, task.optimisation(), task.validation(), seed);
              case TEST -> Exam.of(name, type, split, task.test(), seed);
              case OPTIMISATION, TRAINING -> Exam.of(name, type, split, task.optimisation(), seed);
            });
      } catch (IllegalArgumentException | UncheckedIOException e) {
        throw new UserException("tasks.%d: %s".formatted(i, e.getMessage()), e);
      }
    }
    return exams;
  }

  private static Optional<TaskCatalogue.Data> data(TaskConfig task) {
    String digest = task.sha256() == null ? "" : task.sha256();
    return Optional.ofNullable(task.data()).map(path -> new TaskCatalogue.Data(path, digest));
  }

  private static int longestPrompt(
      Tokenizer tokenizer, TextModel.Format format, List<List<Exam>> parts) {
    int longest = 0;
    for (List<Exam> exams : parts) {
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
    for (Exam exam : optimisation.examination().exams()) {
      List<String> ids = exam.items().stream().map(Item::id).toList();
      digests.put("items " + exam.name(), Sha256.of(String.join("\n", ids)));
      Asking asking = exam.task().asking();
      if (!asking.equals(new Asking.Line())) {
        digests.put("asking " + exam.name(), asking.toString());
      }
    }
    digests.put("max_new_tokens", Integer.toString(maxNewTokens));
    if (!runtime.placement().text().isEmpty()) { // journals from before there was a choice stay
      digests.put("placement", runtime.placement().text());
    }
    if (!screening.off()) {
      digests.put("screening", screening.text());
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

  /** What candidates must pass before they are scored. */
  Screening screening() {
    Double limit = screening.normRatio();
    Integer repetitions = screening.repetitions();
    return new Screening(
        limit == null
            ? Optional.empty()
            : Optional.of(NormGuard.of(basis, ExpertAnalysis.of(basis), limit)),
        screening.logits(),
        repetitions == null ? OptionalInt.empty() : OptionalInt.of(repetitions));
  }

  SearchItems optimisation() {
    return optimisation;
  }

  /** Where the config asks for it. */
  Optional<Examination> validation() {
    return validation;
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
