package org.cycleqd.task.os;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cycleqd.dialogue.Dialogue;
import org.cycleqd.dialogue.Turn;
import org.cycleqd.lm.text.ChatMessage;
import org.cycleqd.sandbox.Machines;
import org.cycleqd.task.Verdict;
import org.jspecify.annotations.Nullable;

/** A record between a model and its machine. */
final class OsDialogue implements Dialogue<Verdict> {

  private final OsRecord record;
  private final Machines machines;
  private final OsOpening opening;
  private @Nullable OsEpisode episode;

  OsDialogue(OsRecord record, Machines machines, OsOpening opening) {
    this.record = record;
    this.machines = machines;
    this.opening = opening;
  }

  @Override
  public List<ChatMessage> begin() throws IOException {
    episode = OsEpisode.open(record, machines);
    List<ChatMessage> messages = new ArrayList<>(opening.messages());
    messages.add(ChatMessage.user(opening.before() + record.description()));
    return messages;
  }

  @Override
  public Turn<Verdict> answer(String reply) throws IOException {
    return switch (OsReply.of(reply)) {
      case OsReply.Bash(String commands) -> {
        Optional<String> output = opened().act(commands);
        yield output.isPresent()
            ? new Turn.Say<>(output.get())
            : new Turn.Verdict<>(unanswered("a command took too long, or ended the shell"));
      }
      case OsReply.Finish _ -> new Turn.Verdict<>(opened().judge(Optional.empty()));
      case OsReply.Answer(String text) -> new Turn.Verdict<>(opened().judge(Optional.of(text)));
      case OsReply.Malformed(String why) -> new Turn.Verdict<>(unanswered(why));
    };
  }

  @Override
  public Optional<Verdict> cut(String why) throws IOException {
    return Optional.of(unanswered(why));
  }

  /** Checks see an empty answer; what the model has done may pass them all the same. */
  private Verdict unanswered(String why) throws IOException {
    Verdict verdict = opened().judge(Optional.of(""));
    return new Verdict(verdict.score(), "%s; %s".formatted(why, verdict.reason()));
  }

  private OsEpisode opened() {
    if (episode == null) {
      throw new IllegalStateException("the dialogue has not begun");
    }
    return episode;
  }

  @Override
  public void close() {
    if (episode != null) {
      episode.close();
    }
  }
}
