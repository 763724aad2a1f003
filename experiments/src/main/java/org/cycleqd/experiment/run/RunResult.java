package org.cycleqd.experiment.run;

import java.nio.file.Path;
import java.util.List;
import org.cycleqd.report.Summary;

/**
 * What a run came to.
 *
 * @param folder where everything lies
 * @param summary the methods' scores on the test split
 * @param exports the exported model folders
 */
public record RunResult(RunFolder folder, Summary summary, List<Path> exports) {

  /** Copies the list. */
  public RunResult {
    exports = List.copyOf(exports);
  }
}
