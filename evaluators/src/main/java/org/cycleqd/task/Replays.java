package org.cycleqd.task;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.cycleqd.dialogue.Dialogue;
import org.cycleqd.dialogue.Turn;

/** Takes environments through recorded replies, as many at a time as there are processors. */
final class Replays {

  private Replays() {}

  /** The verdicts of numbers below a count, in their order. */
  static List<Verdict> each(int count, IntFunction<Verdict> verdict) {
    int processors = Math.max(1, Math.min(count, Runtime.getRuntime().availableProcessors()));
    try (ExecutorService threads = Executors.newFixedThreadPool(processors)) {
      List<Future<Verdict>> found = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        found.add(threads.submit(() -> verdict.apply(number)));
      }
      List<Verdict> verdicts = new ArrayList<>();
      try {
        for (Future<Verdict> each : found) {
          verdicts.add(each.get());
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
      return verdicts;
    }
  }

  /** Begins a dialogue, says what was said and closes it. */
  static Verdict verdict(Dialogue<Verdict> dialogue, Recording recording) {
    try (dialogue) {
      return recording.verdict(replay(dialogue, recording));
    } catch (IOException e) {
      return Verdict.wrong("the environment failed: " + e.getMessage());
    } catch (RuntimeException e) {
      return Verdict.wrong("the environment failed: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Verdict.wrong("interrupted");
    }
  }

  private static Optional<Verdict> replay(Dialogue<Verdict> dialogue, Recording recording)
      throws IOException, InterruptedException {
    dialogue.begin();
    for (String reply : recording.replies()) {
      if (dialogue.answer(reply) instanceof Turn.Verdict<Verdict>(Verdict verdict)) {
        return Optional.of(verdict);
      }
    }
    return recording.end() == Recording.End.FAILURE
        ? Optional.empty()
        : dialogue.cut(recording.why());
  }
}
