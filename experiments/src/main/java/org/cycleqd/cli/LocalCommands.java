package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.cycleqd.engine.Ending;
import org.cycleqd.evaluation.PublishedTasks;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.RunConfig;
import org.cycleqd.experiment.SyntheticConfig;
import org.cycleqd.experiment.TrainingConfig;
import org.cycleqd.experiment.UserException;
import org.cycleqd.experiment.run.ExperimentRun;
import org.cycleqd.experiment.run.Invocation;
import org.cycleqd.experiment.run.RunFolder;
import org.cycleqd.experiment.run.RunResult;
import org.cycleqd.experiment.run.SyntheticRun;
import org.cycleqd.lm.Work;
import org.cycleqd.report.MethodScore;
import org.cycleqd.sandbox.SandboxUnavailableException;
import org.cycleqd.training.FineTuning;

/** Does the work of the commands on this machine. */
final class LocalCommands implements Commands {

  @Override
  public void run(RunConfig config, String command, boolean json, Terminal terminal)
      throws IOException, InterruptedException {
    execute(config, RunFolder.of(config), command, json, terminal);
  }

  @Override
  public void resume(Path run, String command, boolean json, Terminal terminal)
      throws IOException, InterruptedException {
    RunFolder folder = new RunFolder(run);
    execute(folder.readConfig(), folder, command, json, terminal);
  }

  private static void execute(
      RunConfig config, RunFolder folder, String command, boolean json, Terminal terminal)
      throws IOException, InterruptedException {
    RunResult result;
    try (RunProgress progress = new RunProgress(terminal);
        InterruptionNotice _ =
            new InterruptionNotice(
                terminal, () -> further(folder).map(word -> "interrupted; " + word))) {
      Invocation invocation = new Invocation(command, VersionProvider.version());
      result =
          switch (config) {
            case ExperimentConfig models ->
                ExperimentRun.execute(
                    models, folder, PublishedTasks.catalogue(), invocation, progress);
            case SyntheticConfig synthetic ->
                SyntheticRun.execute(synthetic, folder, invocation, progress);
          };
    } catch (SandboxUnavailableException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw unfinished(folder, e);
    }
    if (json) {
      terminal.out().print(Files.readString(folder.summary()));
      return;
    }
    terminal.out().print(table(result.summary().methods()).render());
    terminal.out().println();
    terminal.out().println("Scores on the test split, fractions with standard errors.");
    Work work = result.work();
    if (!work.equals(Work.none())) {
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "search   %,d tokens of prompts read and %,d shared, %,d of drafts verified, %,d decoded"
                  + " one by one in %,d steps%n",
              work.promptTokens(),
              work.sharedTokens(),
              work.draftTokens(),
              work.stepTokens(),
              work.steps());
    }
    ending(result.ending(), folder).ifPresent(terminal.out()::println);
    terminal.out().println("report   " + folder.report());
    terminal.out().println("journal  " + folder.path().resolve("journal.jsonl"));
    result.exports().forEach(export -> terminal.out().println("model    " + export));
  }

  /** A line that says why a search ended, where it is not the last child. */
  private static Optional<String> ending(Ending ending, RunFolder folder) {
    String again = "; go on with: ./cycleqd resume " + folder.path();
    return switch (ending) {
      case CHILDREN -> Optional.empty();
      case EVALUATIONS -> Optional.of("ended    as many items are scored as search.limits allows");
      case STAGNATION -> Optional.of("ended    no archive took any of the last children");
      case TIME -> Optional.of("paused   the time of search.limits is over" + again);
      case TOKENS -> Optional.of("paused   the tokens of search.limits are spent" + again);
    };
  }

  /** A run that has begun loses nothing to a full disk or a folder that went away. */
  private static UserException unfinished(RunFolder folder, IOException failure) {
    String message = Failures.message(failure);
    return new UserException(
        further(folder)
            .map(word -> "%s: %s; %s".formatted(folder.path(), message, word))
            .orElse(message),
        failure);
  }

  /** How to go on with a run that has begun. */
  private static Optional<String> further(RunFolder folder) {
    return Files.isRegularFile(folder.config())
        ? Optional.of("what is finished is kept, carry on with: ./cycleqd resume " + folder.path())
        : Optional.empty();
  }

  @Override
  public void train(TrainingConfig config, Terminal terminal) throws IOException {
    double loss;
    try (ProgressLine line =
        terminal.progress("training " + config.name(), 0, config.optimiser().steps())) {
      loss =
          FineTuning.run(
              config,
              (step, _, current) ->
                  line.update(step, String.format(Locale.ROOT, "loss %.4f", current)));
    }
    terminal.out().printf(Locale.ROOT, "%s  loss %.4f over the last tenth%n", config.out(), loss);
  }

  /** One row per method, one column per task. */
  private static TextTable table(List<MethodScore> methods) {
    List<String> header = new ArrayList<>(List.of("method"));
    header.addAll(methods.getFirst().scores().sequencedKeySet());
    header.add("mean");
    TextTable table = new TextTable(header, List.of());
    for (MethodScore method : methods) {
      List<String> cells = new ArrayList<>(List.of(method.name()));
      method.scores().values().forEach(s -> cells.add(cell(s.mean(), s.standardError())));
      cells.add(cell(method.mean(), method.meanStandardError()));
      table = table.with(cells.toArray(String[]::new));
    }
    return table;
  }

  private static String cell(double mean, double standardError) {
    return String.format(Locale.ROOT, "%.3f ± %.3f", mean, standardError);
  }
}
