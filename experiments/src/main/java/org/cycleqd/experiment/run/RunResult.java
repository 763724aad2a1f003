package org.cycleqd.experiment.run;

import java.nio.file.Path;
import java.util.List;
import org.cycleqd.engine.Ending;
import org.cycleqd.lm.Work;
import org.cycleqd.report.Summary;

/**
 * What a run came to.
 *
 * @param folder where everything lies
 * @param summary the methods' scores on the test split
 * @param exports the exported model folders
 * @param work what the search cost in this process; nothing where all came from the journal
 * @param ending why the search ended
 */
public record RunResult(
    RunFolder folder, Summary summary, List<Path> exports, Work work, Ending ending) {

  /** Copies the list. */
  public RunResult {
    exports = List.copyOf(exports);
  }
}
