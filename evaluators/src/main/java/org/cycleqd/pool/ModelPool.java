package org.cycleqd.pool;

import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.EvaluationException;
import org.cycleqd.engine.Evaluator;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.SingularBasis;
import org.cycleqd.spectral.WeightsException;

/** Live models that take turns in becoming candidates, one thread at a time each. */
public final class ModelPool implements AutoCloseable {

  private final SingularBasis basis;
  private final List<LiveModel> models = new ArrayList<>();
  private final BlockingQueue<LiveModel> idle;

  /**
   * Allocates the live models.
   *
   * @param workers how many candidates can be scored at once
   */
  public ModelPool(LlamaRuntime runtime, SingularBasis basis, int workers) {
    this.basis = basis;
    this.idle = new ArrayBlockingQueue<>(workers);
    for (int i = 0; i < workers; i++) {
      LiveModel model = new LiveModel(runtime);
      models.add(model);
      idle.add(model);
    }
  }

  /** What can be done with a candidate's model. */
  @FunctionalInterface
  public interface Use<T, E extends Exception> {

    /** Uses the model; it must not be kept. */
    T apply(LiveModel model) throws E;
  }

  /**
   * Composes a genome into the next idle model and uses it.
   *
   * @throws InterruptedException if interrupted while waiting for a model
   */
  public <T, E extends Exception> T use(Genome genome, Use<T, E> use)
      throws E, InterruptedException {
    LiveModel model = idle.take();
    try {
      basis.compose(genome, model.weights());
      return use.apply(model);
    } finally {
      idle.add(model);
    }
  }

  /**
   * The evaluator that puts every candidate to an examination. Weights that are too large, and what
   * libtorch refuses to compute, are a failure of that candidate.
   */
  public Evaluator evaluator(Examination examination) {
    return genome -> {
      if (!genome.finite()) {
        throw new EvaluationException("the genome holds numbers that are not finite");
      }
      try {
        return this.<Evaluation, RuntimeException>use(genome, examination::grade);
      } catch (WeightsException e) {
        throw new EvaluationException(String.valueOf(e.getMessage()), e);
      } catch (EngineException e) {
        throw new EvaluationException(lastLine(e), e);
      }
    };
  }

  /** libtorch's message without the traceback before it, which names no candidate. */
  private static String lastLine(EngineException failure) {
    return String.valueOf(failure.getMessage()).strip().lines().reduce("", (_, line) -> line);
  }

  @Override
  public void close() {
    models.forEach(LiveModel::close);
  }
}
