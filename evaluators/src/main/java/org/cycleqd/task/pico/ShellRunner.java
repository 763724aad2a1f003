package org.cycleqd.task.pico;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cycleqd.sandbox.Command;
import org.cycleqd.sandbox.ReadOnlyBind;
import org.cycleqd.sandbox.Sandbox;
import org.cycleqd.sandbox.SandboxUnavailableException;

/** Runs lines of shell in a folder with the six files; the text is what they print. */
final class ShellRunner implements Runner {
  private static final String BASH = "/bin/bash";
  private static final Path INSIDE = Path.of("/files");

  private final BatchProcess process;
  private final Command driver;

  /**
   * Looks for bash.
   *
   * @throws SandboxUnavailableException if it is missing
   */
  ShellRunner(Sandbox sandbox) {
    if (!Files.isExecutable(Path.of(BASH))) {
      throw new SandboxUnavailableException(BASH + " is missing: apt-get install bash");
    }
    process = new BatchProcess(sandbox);
    driver = Command.of(BASH, "--norc", "-c", Driver.text("judge-pipelines.sh"));
  }

  @Override
  public List<Outcome> run(List<Attempt> attempts) {
    try (FileTree tree = FileTree.write()) {
      return process.run(
          driver.in(INSIDE, List.of(new ReadOnlyBind(tree.folder(), INSIDE))),
          attempts.stream().map(Attempt::answer).toList());
    }
  }
}
