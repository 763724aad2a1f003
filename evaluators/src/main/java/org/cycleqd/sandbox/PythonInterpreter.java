package org.cycleqd.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Python 3 that starts inside a sandbox.
 *
 * @param executable the interpreter itself, no wrapper script
 * @param binds what must be visible for it to start
 */
public record PythonInterpreter(Path executable, List<ReadOnlyBind> binds) {
  private static final String SYSTEM = "/usr/bin/python3";
  private static final String ASK = "import sys; print(sys.executable); print(sys.base_prefix)";
  private static final String ADVICE =
      "no Python 3 starts inside the sandbox: install it (apt-get install python3)";

  /** Copies the list. */
  public PythonInterpreter {
    binds = List.copyOf(binds);
  }

  /**
   * Finds an interpreter and starts it once: the system's, else what {@code python3} stands for.
   *
   * @throws SandboxUnavailableException if there is none, with advice
   */
  public static PythonInterpreter locate(Sandbox sandbox) {
    List<PythonInterpreter> candidates = new ArrayList<>();
    if (Files.isExecutable(Path.of(SYSTEM))) {
      candidates.add(new PythonInterpreter(Path.of(SYSTEM), List.of()));
    }
    onPath().ifPresent(candidates::add);
    StringBuilder tried = new StringBuilder();
    for (PythonInterpreter candidate : candidates) {
      Completion probe = sandbox.run(candidate.running("print(1)"));
      if (probe.output().equals("1\n")) {
        return candidate;
      }
      tried.append("; ").append(candidate.executable()).append(": ").append(probe.errors().strip());
    }
    throw new SandboxUnavailableException(ADVICE + tried);
  }

  /** A command that runs a program text without site packages or user settings. */
  public Command running(String program, String... arguments) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of(executable.toString(), "-I", "-S", "-c", program));
    words.addAll(List.of(arguments));
    return Command.of(words.toArray(String[]::new)).in(Path.of("/tmp"), binds);
  }

  private static Optional<PythonInterpreter> onPath() {
    return HostTools.find("python3").flatMap(PythonInterpreter::resolve);
  }

  /** Asks a Python of the host, which may be a wrapper script, where its interpreter lives. */
  private static Optional<PythonInterpreter> resolve(String python) {
    try {
      Process process = new ProcessBuilder(python, "-c", ASK).start();
      process.getOutputStream().close();
      List<Path> answer;
      try (Stream<String> lines = process.inputReader(StandardCharsets.UTF_8).lines()) {
        answer = lines.map(Path::of).filter(Files::exists).toList();
      }
      if (answer.size() != 2) {
        return Optional.empty();
      }
      Path prefix = answer.get(1).toRealPath();
      List<ReadOnlyBind> binds =
          prefix.startsWith("/usr") ? List.of() : List.of(ReadOnlyBind.same(prefix));
      return Optional.of(new PythonInterpreter(answer.getFirst().toRealPath(), binds));
    } catch (IOException unusable) {
      return Optional.empty();
    }
  }
}
