package org.cycleqd.cli;

import java.util.function.Supplier;
import org.cycleqd.lm.Precision;
import org.cycleqd.study.LlamaShape;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry point of the command line. */
public final class Main {

  private final Terminal terminal;
  private final RootCommand root;
  private final CommandLine line;

  /**
   * Sets up the command line.
   *
   * @param commands the work; asked for only when a command is carried out
   * @param terminal where to write
   */
  public Main(Supplier<? extends Commands> commands, Terminal terminal) {
    this.terminal = terminal;
    this.root = new RootCommand(commands, terminal);
    this.line =
        new CommandLine(root)
            .addSubcommand(new TrainCommand(commands, terminal))
            .addSubcommand(new ForkCommand(commands, terminal))
            .addSubcommand(new EvalCommand(terminal))
            .addSubcommand(new RescoreCommand(terminal))
            .addSubcommand(new TasksCommand(terminal))
            .addSubcommand(new StatusCommand(terminal))
            .addSubcommand(new ArchiveCommand(terminal))
            .addSubcommand(new LineageCommand(terminal))
            .addSubcommand(new GenerateCommand(terminal))
            .addSubcommand(new ScoreCommand(terminal))
            .addSubcommand(new ChatCommand(terminal))
            .addSubcommand(new ServeCommand(terminal))
            .addSubcommand(new MergeCommand(terminal))
            .addSubcommand(new ExtractLoraCommand(terminal))
            .addSubcommand(new SvdCommand(terminal))
            .addSubcommand(new ComposeCommand(terminal))
            .addSubcommand(new SimilarityCommand(terminal))
            .addSubcommand(
                new CommandLine(new SvfCommand(terminal))
                    .addSubcommand(new SvfProjectCommand(terminal)))
            .addSubcommand(new InspectCommand(terminal))
            .addSubcommand(new DiffCommand(terminal))
            .addSubcommand(
                new CommandLine(new BenchCommand(terminal))
                    .addSubcommand(new BenchDecodeCommand(terminal))
                    .addSubcommand(new BenchPrefillCommand(terminal))
                    .addSubcommand(new BenchSwapCommand(terminal))
                    .addSubcommand(new BenchEngineCommand(terminal))
                    .addSubcommand(new BenchJudgesCommand(terminal))
                    .addSubcommand(new BenchStoppingCommand(terminal))
                    .addSubcommand(new BenchSvdCommand(terminal)))
            .addSubcommand(new VerifyCommand(terminal))
            .setOut(terminal.out())
            .setErr(terminal.err())
            .registerConverter(Precision.class, Main::precision)
            .registerConverter(LlamaShape.class, Main::shape)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler((failure, _) -> misused(failure))
            .setExecutionExceptionHandler((failure, _, _) -> failed(failure));
  }

  private static Precision precision(String name) {
    try {
      return Precision.labelled(name);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /** A command line whose work is done on this machine, in this process. */
  public static Main local(Terminal terminal) {
    return new Main(LocalCommands::new, terminal);
  }

  private static LlamaShape shape(String name) {
    return LlamaShape.labelled(name)
        .orElseThrow(() ->
            new TypeConversionException("is '%s', expected one of 100m, 1b, 8b".formatted(name)));
  }

  /** All commands, under the first one. */
  CommandLine commands() {
    return line;
  }

  /** Runs the process's command and ends the process. */
  public static void main(String[] args) {
    System.exit(local(Terminal.system()).execute(args));
  }

  /**
   * Runs one command.
   *
   * @return the exit code: 0 done, 1 failed, 2 a mistake in the command or a configuration
   */
  public int execute(String... args) {
    int code = line.execute(args);
    terminal.out().flush();
    terminal.err().flush();
    return code;
  }

  private int misused(ParameterException failure) {
    terminal.err().println("error: " + failure.getMessage());
    CommandLine used = failure.getCommandLine();
    if (failure instanceof UnmatchedArgumentException || used.getSubcommands().isEmpty()) {
      UnmatchedArgumentException.printSuggestions(failure, terminal.err());
      terminal.err().println("see " + used.getCommandSpec().qualifiedName() + " --help");
    } else {
      used.usage(terminal.err());
    }
    return CommandLine.ExitCode.USAGE;
  }

  private int failed(Exception failure) {
    terminal.err().println("error: " + Failures.message(failure));
    if (root.stacktrace()) {
      failure.printStackTrace(terminal.err());
    }
    return Failures.exitCode(failure);
  }
}
