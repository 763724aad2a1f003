package org.cycleqd.pool;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.cycleqd.engine.EvaluationException;
import org.cycleqd.engine.Question;
import org.cycleqd.engine.Sitting;
import org.cycleqd.evaluation.Sample;
import org.cycleqd.task.command.ProgramException;

/** A candidate's model in an examination. */
final class ModelSitting implements Sitting {

  private final ModelPool.Lease lease;
  private final Examination examination;
  private final List<int[]> guesses;
  private final Consumer<List<int[]>> completed;
  private final SortedMap<Integer, int[]> answers = new TreeMap<>();
  private final SortedMap<Integer, SortedMap<Integer, Sample>> samples = new TreeMap<>();
  private final SampleSink sink;

  /** Takes what was answered to a task's questions. */
  @FunctionalInterface
  interface SampleSink {
    void accept(Exam exam, Collection<Sample> samples) throws IOException;
  }

  /**
   * Begins an examination.
   *
   * @param lease is closed with the sitting
   * @param guesses answers of a model that is like this one, as drafts; empty if there is none
   * @param completed is given all answers once everything was asked
   * @param sink is given what was answered, task by task, at the end
   */
  ModelSitting(
      ModelPool.Lease lease,
      Examination examination,
      List<int[]> guesses,
      Consumer<List<int[]>> completed,
      SampleSink sink) {
    this.lease = lease;
    this.examination = examination;
    this.guesses = guesses;
    this.completed = completed;
    this.sink = sink;
  }

  /** Screens the composed model. */
  void pass(Screening screening) throws EvaluationException {
    try {
      screening.pass(lease.model(), examination);
    } catch (EngineException e) {
      throw new EvaluationException(lastLine(e), e);
    }
  }

  @Override
  public double[] score(List<Question> questions) throws EvaluationException {
    Examination.Graded graded;
    try {
      graded = examination.grade(lease.model(), questions, guesses);
    } catch (EngineException e) {
      throw new EvaluationException(lastLine(e), e);
    } catch (ProgramException e) {
      throw new EvaluationException(String.valueOf(e.getMessage()), e);
    }
    for (int i = 0; i < questions.size(); i++) {
      Question question = questions.get(i);
      answers.put(examination.place(question), graded.answers().get(i));
      samples
          .computeIfAbsent(question.task(), _ -> new TreeMap<>())
          .put(question.item(), graded.samples().get(i));
    }
    if (answers.size() == examination.items()) {
      completed.accept(List.copyOf(answers.values()));
    }
    return graded.scores();
  }

  /** libtorch's message without the traceback before it, which names no candidate. */
  private static String lastLine(EngineException failure) {
    return String.valueOf(failure.getMessage()).strip().lines().reduce("", (_, line) -> line);
  }

  @Override
  public void close() {
    lease.close();
    try {
      for (Map.Entry<Integer, SortedMap<Integer, Sample>> each : samples.entrySet()) {
        sink.accept(examination.exams().get(each.getKey()), each.getValue().values());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
