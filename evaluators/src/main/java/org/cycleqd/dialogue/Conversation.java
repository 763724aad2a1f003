package org.cycleqd.dialogue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.text.ChatMessage;
import org.cycleqd.random.Draws;

/** One dialogue on its way. */
final class Conversation<V> {

  private final Dialogue<V> dialogue;
  private final DialogueLimits limits;
  private final Sampling sampling;
  private final Draws seeds;
  private final List<ChatMessage> messages = new ArrayList<>();
  private int opening;
  private int rounds;
  private int tokens;
  private boolean cut;

  /**
   * Prepares a dialogue.
   *
   * @param sampling its seed is that of all dialogues
   * @param number of the dialogue, part of its own seeds
   */
  Conversation(Dialogue<V> dialogue, DialogueLimits limits, Sampling sampling, int number) {
    this.dialogue = dialogue;
    this.limits = limits;
    this.sampling = sampling;
    this.seeds = Draws.at(sampling.seed(), "dialogue", dialogue.address(number));
  }

  Transcript<V> run(ChatModel model) throws IOException, InterruptedException {
    Ending<V> ending;
    Optional<V> verdict;
    try {
      ending = ending(model);
      verdict = verdict(ending);
    } catch (EnvironmentException e) {
      ending = new Ending.Failed<>(String.valueOf(e.getMessage()));
      verdict = Optional.empty();
    } finally {
      dialogue.close();
    }
    return new Transcript<>(messages, opening, ending, verdict, rounds, tokens, cut);
  }

  private Optional<V> verdict(Ending<V> ending) throws EnvironmentException, InterruptedException {
    return ending instanceof Ending.Verdict<V>(V value)
        ? Optional.of(value)
        : guarded(() -> dialogue.cut(ending.why()));
  }

  private Ending<V> ending(ChatModel model)
      throws EnvironmentException, IOException, InterruptedException {
    messages.addAll(guarded(dialogue::begin));
    opening = messages.size();
    while (true) {
      if (rounds == limits.rounds()) {
        return new Ending.RoundLimit<>(rounds);
      }
      int left = Math.min(limits.replyTokens(), limits.tokens() - tokens);
      if (left < 1) {
        return new Ending.TokenLimit<>(tokens);
      }
      switch (model.reply(List.copyOf(messages), own(), left)) {
        case Reply.NoRoom(String why) -> {
          return new Ending.NoRoom<>(why);
        }
        case Reply.Said(String text, int spent, boolean reached) -> {
          rounds++;
          tokens += spent;
          cut = reached;
          messages.add(ChatMessage.assistant(text));
          switch (guarded(() -> dialogue.answer(text))) {
            case Turn.Verdict<V>(V value) -> {
              return new Ending.Verdict<>(value);
            }
            case Turn.Say<V>(String next) -> messages.add(ChatMessage.user(next));
          }
        }
      }
    }
  }

  /** Draws depend on the dialogue and the round, not on who is faster. */
  private Sampling own() {
    return sampling.draws()
        ? new Sampling(sampling.temperature(), sampling.topP(), seeds.bits(rounds))
        : sampling;
  }

  /** What the environment does. */
  @FunctionalInterface
  private interface Step<T> {
    T take() throws IOException, InterruptedException;
  }

  private static <T> T guarded(Step<T> step) throws EnvironmentException, InterruptedException {
    try {
      return step.take();
    } catch (IOException | RuntimeException e) {
      throw new EnvironmentException(e);
    }
  }

  /** The environment failed, as opposed to the model. */
  private static final class EnvironmentException extends Exception {

    private static final long serialVersionUID = 1L;

    EnvironmentException(Exception cause) {
      super(cause instanceof IOException ? cause.getMessage() : cause.toString(), cause);
    }
  }
}
