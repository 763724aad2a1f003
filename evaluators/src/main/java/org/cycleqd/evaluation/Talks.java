package org.cycleqd.evaluation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
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

/**
 * Carries on the dialogues of a task, many at once. Those of a batch are kept when all of them are
 * over, so that a process that is killed loses one batch.
 */
final class Talks {
  private static final double NANOS = 1e9;

  /** Twice as many as are under way as a rule. */
  private static final int BATCH = 128;

  private final Respondent respondent;
  private final DialogueTask task;
  private final AnswerCache cache;
  private final OptionalInt limit;
  private final Trials trials;

  Talks(
      Respondent respondent,
      DialogueTask task,
      AnswerCache cache,
      OptionalInt limit,
      Trials trials) {
    this.respondent = respondent;
    this.task = task;
    this.cache = cache;
    this.limit = limit;
    this.trials = trials;
  }

  /** Samples item by item, the repeats of an item one after the other. */
  List<Sample> run(List<Item> items, IntConsumer progress)
      throws IOException, InterruptedException {
    boolean keeps = trials.repeats() == 1 && !trials.sampling().draws();
    String asking = keeps ? task.asking() + " " + respondent.chat() : "";
    List<Sample> samples = new ArrayList<>();
    for (int from = 0; from < items.size(); from += BATCH) {
      List<Integer> open = new ArrayList<>();
      List<Integer> known = new ArrayList<>();
      for (int i = from; i < Math.min(items.size(), from + BATCH); i++) {
        boolean found = keeps && cache.find(asking, items.get(i), limit).isPresent();
        (found ? known : open).add(i);
      }
      samples.addAll(again(items, known, asking));
      int before = samples.size();
      List<Sample> fresh = carryOn(items, open, done -> progress.accept(before + done));
      if (keeps) {
        // An environment that failed may not fail the next time.
        List<Sample> whole = fresh.stream().filter(Talks::isWhole).toList();
        cache.put(
            asking,
            whole.stream().map(Sample::item).toList(),
            limit,
            whole.stream().map(Sample::response).toList());
      }
      samples.addAll(fresh);
      progress.accept(samples.size());
    }
    samples.sort(Comparator.comparingInt(Sample::index).thenComparingInt(Sample::repeat));
    return samples;
  }

  private static boolean isWhole(Sample sample) {
    return Recording.parse(sample.response().answer()).end() != Recording.End.FAILURE;
  }

  /** What is known is judged by saying the replies once more. */
  private List<Sample> again(List<Item> items, List<Integer> known, String asking) {
    cache.reuse(known.size());
    List<Item> asked = known.stream().map(items::get).toList();
    List<Response> responses =
        asked.stream().map(item -> cache.find(asking, item, limit).orElseThrow()).toList();
    List<Verdict> verdicts = task.judge(asked, responses.stream().map(Response::answer).toList());
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      samples.add(
          new Sample(
              task.name(),
              known.get(i),
              0,
              asked.get(i),
              task.asking(),
              responses.get(i),
              verdicts.get(i),
              0));
    }
    return samples;
  }

  private List<Sample> carryOn(List<Item> items, List<Integer> open, IntConsumer progress)
      throws IOException, InterruptedException {
    List<Timed> dialogues = new ArrayList<>();
    for (int i : open) {
      for (int repeat = 0; repeat < trials.repeats(); repeat++) {
        Item item = items.get(i);
        dialogues.add(new Timed(task.open(item), "%s %d".formatted(item.id(), repeat)));
      }
    }
    if (dialogues.isEmpty()) {
      return List.of();
    }
    List<Transcript<Verdict>> transcripts =
        respondent.talk(dialogues, limits(task.asking(), limit), trials.sampling(), progress);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < transcripts.size(); i++) {
      Transcript<Verdict> transcript = transcripts.get(i);
      Recording recording = Recording.of(transcript);
      int index = open.get(i / trials.repeats());
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
