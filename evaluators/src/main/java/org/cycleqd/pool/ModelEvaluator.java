package org.cycleqd.pool;

import java.util.List;
import java.util.Optional;
import org.cycleqd.engine.Descent;
import org.cycleqd.engine.EvaluationException;
import org.cycleqd.engine.ItemEvaluator;
import org.cycleqd.engine.Sitting;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.WeightsException;

/** Puts every candidate to an examination, on the models of a pool. */
final class ModelEvaluator implements ItemEvaluator {

  /** More than a search keeps as elites, as a rule. */
  private static final int REMEMBERED = 512;

  private final ModelPool pool;
  private final Examination examination;
  private final boolean remembers;
  private final Screening screening;
  private final Optional<AnswerLog> log;
  private final AnswerMemory memory = new AnswerMemory(REMEMBERED);

  ModelEvaluator(
      ModelPool pool,
      Examination examination,
      boolean remembers,
      Screening screening,
      Optional<AnswerLog> log) {
    this.pool = pool;
    this.examination = examination;
    this.remembers = remembers;
    this.screening = screening;
    this.log = log;
  }

  @Override
  public List<Integer> items() {
    return examination.exams().stream().map(exam -> exam.items().size()).toList();
  }

  @Override
  public Sitting sit(Genome genome, Descent descent)
      throws EvaluationException, InterruptedException {
    if (!genome.finite()) {
      throw new EvaluationException("the genome holds numbers that are not finite");
    }
    screening.pass(genome);
    List<int[]> guesses = remembers ? memory.first(descent.parents()) : List.of();
    ModelPool.Lease lease;
    try {
      lease = pool.lease(genome);
    } catch (WeightsException e) {
      throw new EvaluationException(String.valueOf(e.getMessage()), e);
    }
    ModelSitting sitting =
        new ModelSitting(
            lease,
            examination,
            guesses,
            answers -> {
              if (remembers) {
                memory.put(descent.number(), answers);
              }
            },
            (exam, samples) -> {
              if (log.isPresent()) {
                log.get().write(descent.number(), exam, samples);
              }
            });
    try {
      sitting.pass(screening);
      return sitting;
    } catch (EvaluationException | RuntimeException e) {
      sitting.close();
      throw e;
    }
  }
}
