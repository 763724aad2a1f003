package org.cycleqd.experiment.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.experiment.Draft;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.TaskConfig;
import org.cycleqd.experiment.UserException;
import org.cycleqd.lm.Decoding;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.lm.TextModel;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.pool.Exam;
import org.cycleqd.pool.Examination;
import org.cycleqd.spectral.BasisListener;
import org.cycleqd.spectral.SingularBasis;
import org.cycleqd.task.Asking;
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
    this.runtime = new LlamaRuntime(base.config(), longest + maxNewTokens);
    closers.push(runtime::close);
    this.basis = models.basis(listener);
    closers.push(basis::close);
    Decoding decoding = Decoding.of(base.config(), maxNewTokens, ROWS);
    boolean drafts = config.runtime().draft() != Draft.NONE;
    this.optimisation = Examination.of(optimisation, tokenizer, format, decoding, drafts);
    this.test = Examination.of(test, tokenizer, format, decoding, drafts);
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
        exams.add(
            Exam.of(
                task.name(),
                catalogue.task(task.type(), data(task)),
                split,
                count,
                task.itemSeed()));
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
      digests.put("items " + exam.name(), digest(String.join("\n", ids).getBytes(UTF_8)));
      Asking asking = exam.task().asking();
      if (!asking.equals(new Asking.Line())) {
        digests.put("asking " + exam.name(), asking.toString());
      }
    }
    digests.put("max_new_tokens", Integer.toString(maxNewTokens));
    return digests;
  }

  private static String digest(Path file) {
    try {
      return digest(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UserException("%s: cannot be read".formatted(file), e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
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
