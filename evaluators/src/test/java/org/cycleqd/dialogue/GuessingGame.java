package org.cycleqd.dialogue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.cycleqd.lm.text.ChatMessage;

/** Whoever plays has to find a number below 64; the verdict is the number of guesses. */
final class GuessingGame implements Dialogue<Integer> {

  private final int secret;
  private final AtomicInteger open;
  private final AtomicInteger mostOpen;
  private int guesses;

  GuessingGame(int secret, AtomicInteger open, AtomicInteger mostOpen) {
    this.secret = secret;
    this.open = open;
    this.mostOpen = mostOpen;
  }

  @Override
  public List<ChatMessage> begin() {
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    return List.of(ChatMessage.system("Play."), ChatMessage.user("guess"));
  }

  @Override
  public Turn<Integer> answer(String reply) throws IOException, InterruptedException {
    int guess;
    try {
      guess = Integer.parseInt(reply);
    } catch (NumberFormatException e) {
      throw new IOException("found '%s', expected a number".formatted(reply), e);
    }
    guesses++;
    Thread.sleep(1 + secret % 3); // environments take their time
    return guess == secret
        ? new Turn.Verdict<>(guesses)
        : new Turn.Say<>(guess < secret ? "higher" : "lower");
  }

  @Override
  public void close() {
    open.decrementAndGet();
  }
}
