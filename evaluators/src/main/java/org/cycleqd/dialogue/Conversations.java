package org.cycleqd.dialogue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;
import org.cycleqd.lm.Sampling;

/**
 * Carries on many dialogues with one model, each on a virtual thread of its own, so that their
 * requests share the model's batches.
 */
public final class Conversations {

  private final ChatModel model;
  private final DialogueLimits limits;
  private final Sampling sampling;
  private final int atOnce;

  /**
   * Prepares conversations.
   *
   * @param sampling how replies are chosen; draws come from its seed, the dialogue's number and the
   *     round
   * @param atOnce most dialogues under way, and so most environments that are open
   * @throws IllegalArgumentException if none may be under way
   */
  public Conversations(ChatModel model, DialogueLimits limits, Sampling sampling, int atOnce) {
    if (atOnce < 1) {
      throw new IllegalArgumentException(
          "conversations: found %d at once, expected at least 1".formatted(atOnce));
    }
    this.model = model;
    this.limits = limits;
    this.sampling = sampling;
    this.atOnce = atOnce;
  }

  /**
   * Carries on all dialogues to their ends. Every dialogue that begins is closed. The results do
   * not depend on how many are under way.
   *
   * @param progress told how many are over, on this thread
   * @return in the order of the dialogues
   * @throws IOException if the model fails; the other dialogues are given up
   * @throws InterruptedException if interrupted; all dialogues are given up
   */
  public <V> List<Transcript<V>> run(List<? extends Dialogue<V>> dialogues, IntConsumer progress)
      throws IOException, InterruptedException {
    Semaphore places = new Semaphore(atOnce);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        CompletionService<Transcript<V>> over = new ExecutorCompletionService<>(threads);
        List<Future<Transcript<V>>> transcripts = new ArrayList<>();
        for (Dialogue<V> dialogue : dialogues) {
          Conversation<V> conversation =
              new Conversation<>(dialogue, limits, sampling, transcripts.size());
          transcripts.add(over.submit(() -> held(places, conversation)));
        }
        for (int done = 1; done <= dialogues.size(); done++) {
          requireSuccess(over.take());
          progress.accept(done);
        }
        return transcripts.stream().map(Future::resultNow).toList();
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private <V> Transcript<V> held(Semaphore places, Conversation<V> conversation)
      throws IOException, InterruptedException {
    places.acquire();
    try {
      return conversation.run(model);
    } finally {
      places.release();
    }
  }

  private static void requireSuccess(Future<?> future) throws IOException, InterruptedException {
    try {
      future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("a dialogue broke down: " + e.getCause(), e.getCause());
    }
  }
}
