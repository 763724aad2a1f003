package org.cycleqd.experiment.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.digest.Sha256;
import org.cycleqd.evaluation.Handover;
import org.cycleqd.evaluation.Talking;
import org.cycleqd.experiment.Draft;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.ScreeningConfig;
import org.cycleqd.experiment.UserException;
import org.cycleqd.lm.Decoding;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.lm.Placement;
import org.cycleqd.lm.TextModel;
import org.cycleqd.lm.text.ChatTemplate;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.lm.text.jinja.TemplateException;
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
import org.cycleqd.task.TaskCatalogue;
import org.cycleqd.torch.TorchRuntime;

/** What an experiment works with, opened and checked: models, tokenizer, exams. */
final class Ingredients implements AutoCloseable {

  /** Some templates write the day; a run that is resumed later must ask the same. */
  private static final Clock DAY =
      Clock.fixed(Instant.parse("2024-07-26T00:00:00Z"), ZoneOffset.UTC);

  /** Answers decoded at once. */
  private static final int ROWS = 256;

  private final Deque<Runnable> closers;
  private final ExperimentModels models;
  private final Checkpoint base;
  private final LlamaRuntime runtime;
  private final SingularBasis basis;
  private final SearchItems optimisation;
  private final Optional<Examination> validation;
  private final Optional<SearchItems> further;
  private final Examination test;
  private final int maxNewTokens;
  private final ScreeningConfig screening;
  private final List<Baseline> baselines;
  private final Talking talking;

  private Ingredients(
      ExperimentConfig config, Exams exams, BasisListener listener, Deque<Runnable> closers)
      throws IOException {
    this.closers = closers;
    this.models = ExperimentModels.open(config);
    closers.push(models::close);
    this.base = models.base();
    this.baselines = Baseline.of(config, models);
    for (Baseline baseline : baselines) {
      baseline.plan().close(); // what does not fit is told before the search
    }
    TorchRuntime.threads(config.runtime().threads());
    Tokenizer tokenizer = Tokenizer.open(base.folder());
    closers.push(tokenizer::close);
    TextModel.Format format = TextModel.Format.of(base.config());
    this.screening = config.screening();
    this.maxNewTokens = config.runtime().maxNewTokens();
    LongestPrompt longest = LongestPrompt.of(tokenizer, format, exams.all());
    int context = base.config().maximumPositions();
    longest.require(maxNewTokens, context);
    int needed = longest.tokens() + maxNewTokens;
    int wanted = Math.max(needed, exams.positions());
    this.runtime =
        runtime(config.runtime().placement(), Math.max(needed, Math.min(context, wanted)));
    closers.push(runtime::close);
    this.basis = models.basis(listener);
    closers.push(basis::close);
    Handover handover = new Handover(base, tokenizer, Optional.empty());
    this.talking = talking(exams.optimisation());
    Decoding decoding = Decoding.of(base.config(), maxNewTokens, ROWS);
    boolean drafts = config.runtime().draft() != Draft.NONE;
    Function<List<Exam>, Examination> examined =
        of -> Examination.of(of, tokenizer, format, decoding, drafts).with(handover).with(talking);
    this.optimisation = new SearchItems(examined.apply(exams.optimisation()));
    this.validation = some(exams.validation()).map(examined);
    this.further = some(exams.further()).map(examined).map(SearchItems::new);
    this.test = examined.apply(exams.test());
  }

  private static Optional<List<Exam>> some(List<Exam> exams) {
    return exams.isEmpty() ? Optional.empty() : Optional.of(exams);
  }

  /** What dialogues need, where there are any. */
  private Talking talking(List<Exam> exams) throws IOException {
    Optional<ChatTemplate> template =
        ChatTemplate.of(base.folder()).map(found -> found.withClock(DAY));
    for (int i = 0; i < exams.size(); i++) {
      if (Exams.talked(exams.get(i)) && template.isEmpty()) {
        throw new UserException(
            "tasks.%d: %s is a dialogue, and %s has no chat template, neither chat_template.jinja nor one in tokenizer_config.json"
                .formatted(i, exams.get(i).task().name(), base.folder()));
      }
    }
    return new Talking(template, OptionalInt.empty(), OptionalInt.empty());
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
    Exams exams = Exams.choose(config, catalogue);
    Deque<Runnable> closers = new ArrayDeque<>();
    try {
      return new Ingredients(config, exams, listener, closers);
    } catch (IOException | RuntimeException e) {
      closers.forEach(Runnable::run);
      throw e;
    }
  }

  /** What decides the scores beside the engine's settings, by name. */
  Map<String, String> digests() {
    Map<String, String> digests = new TreeMap<>(models.digests());
    digests.put("tokenizer", tokenizerDigest());
    for (Exam exam : optimisation.examination().exams()) {
      List<String> ids = exam.items().stream().map(Item::id).toList();
      digests.put("items " + exam.name(), Sha256.of(String.join("\n", ids)));
      Asking asking = exam.task().asking();
      if (!asking.equals(new Asking.Line())) {
        digests.put("asking " + exam.name(), asking.toString());
      }
    }
    further.ifPresent(items ->
        items
            .examination()
            .exams()
            .forEach(exam ->
                digests.put(
                    "further " + exam.name(),
                    Sha256.of(String.join("\n", exam.items().stream().map(Item::id).toList())))));
    if (optimisation.examination().exams().stream().anyMatch(Exams::talked)) {
      digests.put("chat template", Sha256.of(chat()));
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

  /** What decides on dialogues. */
  private String chat() {
    try {
      return talking.text(runtime.positions());
    } catch (TemplateException e) {
      throw new UserException("%s: %s".formatted(base.folder(), e.getMessage()), e);
    }
  }

  /** Stands for all that decides a model's scores in an examination. */
  String asked(Examination examination) {
    StringBuilder text = new StringBuilder(digests().toString());
    for (Exam exam : examination.exams()) {
      text.append('\n').append(exam.name()).append(' ').append(exam.split());
      exam.items().forEach(item -> text.append('\n').append(item.id()));
    }
    return Sha256.of(text.toString());
  }

  /** The merges without a search. */
  List<Baseline> baselines() {
    return baselines;
  }

  /** Of the file that says how texts become tokens, or of the two. */
  private String tokenizerDigest() {
    Path file = base.folder().resolve("tokenizer.json");
    Path pieces = base.folder().resolve("tokenizer.model");
    if (Files.exists(file) || Files.exists(pieces)) {
      return digest(Files.exists(file) ? file : pieces);
    }
    return Sha256.of(
        digest(base.folder().resolve("vocab.json")) + digest(base.folder().resolve("merges.txt")));
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

  /** On which elites are scored again, where the config asks for it. */
  Optional<SearchItems> further() {
    return further;
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
