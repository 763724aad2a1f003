package org.cycleqd.evaluation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import org.cycleqd.dialogue.Dialogue;
import org.cycleqd.dialogue.DialogueLimits;
import org.cycleqd.dialogue.Transcript;
import org.cycleqd.dialogue.Turn;
import org.cycleqd.lm.text.ChatMessage;
import org.cycleqd.task.Asking;
import org.cycleqd.task.DialogueTask;
import org.cycleqd.task.Item;
import org.cycleqd.task.Recording;
import org.cycleqd.task.Verdict;

/** Carries on the dialogues of a task, all at once. */
final class Talks {
  private static final double NANOS = 1e9;

  private Talks() {}

  /** Samples item by item, the repeats of an item one after the other. */
  static List<Sample> run(
      Respondent respondent,
      DialogueTask task,
      List<Item> items,
      Trials trials,
      OptionalInt limit,
      IntConsumer progress)
      throws IOException, InterruptedException {
    List<Timed> dialogues = new ArrayList<>();
    for (Item item : items) {
      for (int repeat = 0; repeat < trials.repeats(); repeat++) {
        dialogues.add(new Timed(task.open(item), "%s %d".formatted(item.id(), repeat)));
      }
    }
    List<Transcript<Verdict>> transcripts =
        respondent.talk(dialogues, limits(task.asking(), limit), trials.sampling(), progress);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < transcripts.size(); i++) {
      Transcript<Verdict> transcript = transcripts.get(i);
      Recording recording = Recording.of(transcript);
      int index = i / trials.repeats();
      samples.add(
          new Sample(
              task.name(),
              index,
              i % trials.repeats(),
              items.get(index),
              task.asking(),
              new Response(recording.text(), List.of(), transcript.tokens()),
              recording.verdict(transcript.verdict()),
              dialogues.get(i).seconds));
    }
    return samples;
  }

  private static DialogueLimits limits(Asking.Talk asking, OptionalInt limit) {
    int tokens = limit.orElse(asking.tokens());
    return new DialogueLimits(
        asking.replies(), tokens, Math.toIntExact((long) asking.replies() * tokens));
  }

  /** A dialogue that knows how long it took, from its beginning to its end. */
  private static final class Timed implements Dialogue<Verdict> {
    private final Dialogue<Verdict> dialogue;
    private final String address;
    private long began;
    private double seconds;

    Timed(Dialogue<Verdict> dialogue, String address) {
      this.dialogue = dialogue;
      this.address = address;
    }

    @Override
    public List<ChatMessage> begin() throws IOException, InterruptedException {
      began = System.nanoTime();
      return dialogue.begin();
    }

    @Override
    public Turn<Verdict> answer(String reply) throws IOException, InterruptedException {
      return dialogue.answer(reply);
    }

    @Override
    public Optional<Verdict> cut(String why) throws IOException, InterruptedException {
      return dialogue.cut(why);
    }

    @Override
    public String address(int number) {
      return address;
    }

    @Override
    public void close() {
      dialogue.close();
      seconds = (System.nanoTime() - began) / NANOS;
    }
  }
}
