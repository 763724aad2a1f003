package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.cycleqd.experiment.RunConfig;
import org.cycleqd.experiment.TrainingConfig;

/**
 * The work behind the command line.
 *
 * <p>A method returns when the work is done. It reports a failure that the user can act on as a
 * {@link org.cycleqd.experiment.UserException} or an {@link IOException}; both end the process with
 * exit code 1 and their message.
 */
public interface Commands {

  /**
   * Starts a new run, or carries on the one with the same config.
   *
   * @param command the command line, for the report
   * @param json whether the results are printed as one JSON document instead of tables
   */
  void run(RunConfig config, String command, boolean json, Terminal terminal)
      throws IOException, InterruptedException;

  /**
   * Carries an interrupted run to its end.
   *
   * @param run the run's folder
   * @param command the command line, for the report
   * @param json whether the results are printed as one JSON document instead of tables
   */
  void resume(Path run, String command, boolean json, Terminal terminal)
      throws IOException, InterruptedException;

  /** Trains a model on supervised data. */
  void train(TrainingConfig config, Terminal terminal) throws IOException, InterruptedException;
}
