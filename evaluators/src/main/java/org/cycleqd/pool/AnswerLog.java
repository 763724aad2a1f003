package org.cycleqd.pool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.cycleqd.evaluation.Sample;
import org.cycleqd.evaluation.SampleLog;

/**
 * What the candidates of a search answered: for each a folder of its number, with a {@code
 * samples_NAME.jsonl} for each task. It is written before the candidate's record in the journal.
 *
 * @param folder of all candidates
 */
public record AnswerLog(Path folder) {

  /** Writes what a candidate answered to the questions of a task. */
  void write(int candidate, Exam exam, Collection<Sample> samples) throws IOException {
    Path own = folder.resolve(Integer.toString(candidate));
    SampleLog.write(SampleLog.file(own, exam.name()), List.copyOf(samples));
  }
}
