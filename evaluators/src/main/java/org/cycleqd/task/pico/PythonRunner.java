package org.cycleqd.task.pico;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.cycleqd.sandbox.Command;
import org.cycleqd.sandbox.PythonInterpreter;
import org.cycleqd.sandbox.Sandbox;

/** Evaluates Python expressions on the lists of their item; the text has one line for each list. */
final class PythonRunner implements Runner {
  private final BatchProcess process;
  private final Command driver;

  /**
   * Looks for Python.
   *
   * @throws org.cycleqd.sandbox.SandboxUnavailableException if there is none that starts
   */
  PythonRunner(Sandbox sandbox) {
    process = new BatchProcess(sandbox);
    driver = PythonInterpreter.locate(sandbox).running(Driver.text("judge-expressions.py"));
  }

  @Override
  public List<Outcome> run(List<Attempt> attempts) {
    return process.run(driver, attempts.stream().map(PythonRunner::request).toList());
  }

  private static String request(Attempt attempt) {
    return ListInputs.of(attempt.reference()).stream()
            .map(Arrays::toString)
            .collect(Collectors.joining(", ", "[", "]"))
        + "\t"
        + attempt.answer();
  }
}
