package org.cycleqd.pool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import org.cycleqd.engine.ItemEvaluator;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.lm.Work;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.SingularBasis;

/** Live models that take turns in becoming candidates, one thread at a time each. */
public final class ModelPool implements AutoCloseable {

  private final SingularBasis basis;
  private final List<Worker> workers = new ArrayList<>();
  private final BlockingQueue<Worker> idle;

  /** A live model and the threads that compose it. */
  private record Worker(LiveModel model, Tiles tiles) {}

  /**
   * Allocates the live models.
   *
   * @param count how many candidates can be scored at once
   * @param threads that compose each of them
   */
  public ModelPool(LlamaRuntime runtime, SingularBasis basis, int count, int threads) {
    this.basis = basis;
    this.idle = new ArrayBlockingQueue<>(count);
    for (int i = 0; i < count; i++) {
      workers.add(new Worker(new LiveModel(runtime), new Tiles(threads)));
    }
    idle.addAll(workers);
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
    try (Lease lease = lease(genome)) {
      return use.apply(lease.model());
    }
  }

  /** Puts weights into a live model that no genome describes. */
  @FunctionalInterface
  public interface Loading {

    /** Replaces all weights. */
    void into(LiveModel model) throws IOException;
  }

  /**
   * Loads the next idle model and uses it.
   *
   * @throws IOException if the weights cannot be had
   * @throws InterruptedException if interrupted while waiting for a model
   */
  public <T> T load(Loading loading, Function<LiveModel, T> use)
      throws IOException, InterruptedException {
    try (Lease lease = new Lease(idle.take(), idle)) {
      loading.into(lease.model());
      return use.apply(lease.model());
    }
  }

  /** A live model that is a candidate until this is closed. */
  static final class Lease implements AutoCloseable {

    private final Worker worker;
    private final BlockingQueue<Worker> idle;

    private Lease(Worker worker, BlockingQueue<Worker> idle) {
      this.worker = worker;
      this.idle = idle;
    }

    /** Not to be used afterwards. */
    LiveModel model() {
      return worker.model;
    }

    @Override
    public void close() {
      idle.add(worker);
    }
  }

  /**
   * Composes a genome into the next idle model.
   *
   * @throws InterruptedException if interrupted while waiting for a model
   */
  Lease lease(Genome genome) throws InterruptedException {
    Lease lease = new Lease(idle.take(), idle);
    try {
      basis.compose(genome, lease.model().targets(), lease.worker.tiles);
      return lease;
    } catch (IOException e) { // memory takes everything
      lease.close();
      throw interruption(e);
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private static InterruptedException interruption(IOException e) {
    if (!Thread.interrupted()) {
      throw new UncheckedIOException(e);
    }
    InterruptedException interruption = new InterruptedException("composing was interrupted");
    interruption.initCause(e);
    return interruption;
  }

  /**
   * The evaluator that puts every candidate to an examination. Weights that are too large, and what
   * libtorch refuses to compute, are a failure of that candidate.
   *
   * @param remembers whether the parents' answers are a child's drafts, as far as they are still
   *     known; it changes only the speed
   * @param screening what a candidate must pass before
   * @param log takes what candidates answer
   */
  public ItemEvaluator evaluator(
      SearchItems items, boolean remembers, Screening screening, Optional<AnswerLog> log) {
    return new ModelEvaluator(this, items.examination(), remembers, screening, log);
  }

  /** What all candidates so far have cost; to be asked for while none is scored. */
  public Work work() {
    return workers.stream().map(worker -> worker.model.work()).reduce(Work.none(), Work::plus);
  }

  @Override
  public void close() {
    for (Worker worker : workers) {
      worker.tiles.close();
      worker.model.close();
    }
  }
}
