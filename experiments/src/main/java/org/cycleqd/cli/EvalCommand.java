package org.cycleqd.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.evaluation.AnswerCache;
import org.cycleqd.evaluation.HandingRespondent;
import org.cycleqd.evaluation.Handover;
import org.cycleqd.evaluation.LocalRespondent;
import org.cycleqd.evaluation.RemoteRespondent;
import org.cycleqd.evaluation.Respondent;
import org.cycleqd.evaluation.Sample;
import org.cycleqd.evaluation.SampleLog;
import org.cycleqd.evaluation.Talking;
import org.cycleqd.evaluation.TaskEvaluation;
import org.cycleqd.evaluation.Trials;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.experiment.UserException;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.remote.Endpoint;
import org.cycleqd.remote.OpenAiClient;
import org.cycleqd.sandbox.SandboxUnavailableException;
import org.cycleqd.task.DialogueTask;
import org.cycleqd.task.command.ProgramException;
import org.cycleqd.torch.TorchRuntime;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cycleqd eval}. */
@Command(
    name = "eval",
    description = {
      "Score a model on tasks.",
      "",
      "Scores are fractions in [0, 1], answers are decoded greedily unless there is a temperature."
          + " 'cycleqd tasks' lists the tasks. Greedy answers of a model folder are kept by its content"
          + " and not asked for twice."
    },
    footer = {
      "  cycleqd eval --model my-model --tasks pico-code,pico-db,pico-os",
      "  cycleqd eval --model my-model --tasks mbpp-plus-v0.1.0-base --split published --log logs",
      "  cycleqd eval --model my-model --tasks dbbench,os-interaction --log logs",
      "  cycleqd eval --model my-model --tasks gsm8k --repeats 5 --temperature 0.7 --seed 1",
      "  cycleqd eval --endpoint http://localhost:8000 --name merged --tasks gsm8k --limit 100",
      "  cycleqd eval --model my-model --tasks math=math500.jsonl,text=book.txt --json"
    })
final class EvalCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Mixin private final TaskSelection selection = new TaskSelection();

  @Mixin private final TrialOptions trials = new TrialOptions();

  @Mixin private final DatabaseOptions databases = new DatabaseOptions();

  @Option(names = "--model", paramLabel = "DIR", description = "A Hugging Face model folder.")
  private @Nullable Path model;

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description = "In place of a folder: an OpenAI-compatible server.")
  private @Nullable URI endpoint;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The name that the server knows the model by.")
  private @Nullable String name;

  @Option(
      names = "--key-variable",
      paramLabel = "NAME",
      description = "The environment variable with the server's key.")
  private @Nullable String keyVariable;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Cut answers after so many tokens; default what the task says, 64 for lines.")
  private @Nullable Integer maxNewTokens;

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description = "Threads of the matrix products; default ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--log",
      paramLabel = "FOLDER",
      description = "Write every item with its answer there, samples_TASK.jsonl.")
  private @Nullable Path log;

  @Option(
      names = "--cache",
      defaultValue = ".cycleqd/answers",
      paramLabel = "FOLDER",
      description = "Where answers are kept; default ${DEFAULT-VALUE}.")
  private Path cache = Path.of("");

  @Option(names = "--no-cache", description = "Keep no answers, and ask for all.")
  private boolean noCache;

  @Option(
      names = "--failures",
      defaultValue = "5",
      paramLabel = "N",
      description = "List so many wrong answers with reasons; default ${DEFAULT-VALUE}.")
  private int failures;

  @Option(names = "--json", description = "Print the scores as JSON.")
  private boolean json;

  EvalCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Positive.require("--threads", threads);
    if (maxNewTokens != null) {
      Positive.require("--max-new-tokens", maxNewTokens);
    }
    Trials wanted = trials.trials();
    if ((model == null) == (endpoint == null)) {
      throw new ConfigException("give either --model or --endpoint");
    }
    List<TaskSelection.Selected> selected = selection.select(databases.catalogue());
    if (model != null) {
      local(model, wanted, selected);
    } else if (endpoint != null) {
      remote(endpoint, wanted, selected);
    }
    return ExitCode.OK;
  }

  private void local(Path folder, Trials wanted, List<TaskSelection.Selected> selected)
      throws IOException, InterruptedException {
    Talking talking = trials.talking(folder);
    for (TaskSelection.Selected each : selected) {
      if (each.task() instanceof DialogueTask && talking.template().isEmpty()) {
        throw new UserException(
            "%s: found no chat template, which task %s needs; --chat-template takes another folder's"
                .formatted(folder, each.task().name()));
      }
    }
    TorchRuntime.threads(threads);
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        Tokenizer tokenizer = Tokenizer.open(folder);
        LlamaRuntime runtime =
            new LlamaRuntime(checkpoint.config(), checkpoint.config().maximumPositions());
        LiveModel live = new LiveModel(runtime)) {
      live.load(checkpoint);
      Optional<String> identity = noCache ? Optional.empty() : Optional.of(checkpoint.digest());
      Respondent respondent =
          new HandingRespondent(
              new LocalRespondent(live, tokenizer, checkpoint.config(), identity, talking),
              live,
              new Handover(checkpoint, tokenizer, Optional.of(folder)));
      evaluate(folder.toString(), respondent, wanted, selected);
    }
  }

  private void remote(URI address, Trials wanted, List<TaskSelection.Selected> selected)
      throws IOException, InterruptedException {
    if (name == null) {
      throw new ConfigException("--endpoint needs --name, the model's name there");
    }
    try {
      Endpoint plain = Endpoint.of(address, name);
      try (OpenAiClient client =
          new OpenAiClient(keyVariable == null ? plain : plain.withKey(keyVariable))) {
        evaluate(name, new RemoteRespondent(client), wanted, selected);
      }
    } catch (IllegalStateException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
  }

  private void evaluate(
      String asked, Respondent respondent, Trials wanted, List<TaskSelection.Selected> selected)
      throws IOException, InterruptedException {
    Optional<String> identity = respondent.identity();
    AnswerCache answers =
        identity.isPresent() ? AnswerCache.open(cache, identity.get()) : AnswerCache.inMemory();
    OptionalInt limit = maxNewTokens == null ? OptionalInt.empty() : OptionalInt.of(maxNewTokens);
    TaskEvaluation evaluation = new TaskEvaluation(respondent, answers, limit, wanted);
    SequencedMap<String, List<Sample>> samples = new LinkedHashMap<>();
    for (TaskSelection.Selected each : selected) {
      String task = each.task().name();
      try (ProgressLine line =
          terminal.progress(task, 0, (long) wanted.repeats() * each.items().size())) {
        samples.put(task, evaluation.run(each.task(), each.items(), done -> line.update(done, "")));
      } catch (IllegalArgumentException | ProgramException | SandboxUnavailableException e) {
        throw new UserException("%s: %s".formatted(task, e.getMessage()), e);
      }
      if (log != null) {
        SampleLog.write(SampleLog.file(log, task), samples.get(task));
      }
    }
    EvaluationReport report = new EvaluationReport(asked, selection.split(), samples);
    if (json) {
      terminal.out().println(report.json().toPrettyString());
    } else {
      terminal.out().print(report.text(failures));
      if (answers.reused() > 0) {
        terminal.out().printf("%d answers were known already%n", answers.reused());
      }
    }
  }
}
