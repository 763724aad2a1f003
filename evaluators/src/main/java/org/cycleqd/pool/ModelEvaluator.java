package org.cycleqd.pool;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.function.Function;
import org.cycleqd.engine.Descent;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.EvaluationException;
import org.cycleqd.engine.Evaluator;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.WeightsException;

/** Puts every candidate to an examination, on the models of a pool. */
final class ModelEvaluator implements Evaluator {

  /** More than a search keeps as elites, as a rule. */
  private static final int REMEMBERED = 512;

  private final ModelPool pool;
  private final Examination examination;
  private final boolean remembers;
  private final AnswerMemory memory = new AnswerMemory(REMEMBERED);

  ModelEvaluator(ModelPool pool, Examination examination, boolean remembers) {
    this.pool = pool;
    this.examination = examination;
    this.remembers = remembers;
  }

  @Override
  public Evaluation evaluate(Genome genome) throws EvaluationException, InterruptedException {
    return evaluated(genome, examination::grade);
  }

  @Override
  public Evaluation evaluate(Genome genome, Descent descent)
      throws EvaluationException, InterruptedException {
    if (!remembers) {
      return evaluate(genome);
    }
    List<int[]> guesses = memory.first(descent.parents());
    Examination.Graded graded = evaluated(genome, model -> examination.grade(model, guesses));
    memory.put(descent.number(), graded.answers());
    return graded.evaluation();
  }

  private <T> T evaluated(Genome genome, Function<LiveModel, T> grade)
      throws EvaluationException, InterruptedException {
    if (!genome.finite()) {
      throw new EvaluationException("the genome holds numbers that are not finite");
    }
    try {
      return pool.<T, RuntimeException>use(genome, grade::apply);
    } catch (WeightsException e) {
      throw new EvaluationException(String.valueOf(e.getMessage()), e);
    } catch (EngineException e) {
      throw new EvaluationException(lastLine(e), e);
    }
  }

  /** libtorch's message without the traceback before it, which names no candidate. */
  private static String lastLine(EngineException failure) {
    return String.valueOf(failure.getMessage()).strip().lines().reduce("", (_, line) -> line);
  }
}
