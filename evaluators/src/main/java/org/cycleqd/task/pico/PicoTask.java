package org.cycleqd.task.pico;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.cycleqd.task.Example;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;
import org.cycleqd.task.Verdict;

/**
 * A pico skill as a task: answers equal to the reference are correct, every other answer to an item
 * is run once and its verdict kept.
 */
final class PicoTask implements Task {
  private static final int MOST_KEPT = 200_000;

  private record Question(Item item, String answer) {}

  private final PicoSkill skill;
  private final Judge judge;
  private final Map<Question, CompletableFuture<Verdict>> kept = new ConcurrentHashMap<>();

  PicoTask(PicoSkill skill, Judge judge) {
    this.skill = skill;
    this.judge = judge;
  }

  @Override
  public String name() {
    return skill.taskName();
  }

  @Override
  public String description() {
    return skill.description();
  }

  @Override
  public List<Item> items(Split split, int count, long seed) {
    return skill.items(split, count, seed);
  }

  @Override
  public List<Example> training(int count, long seed) {
    return skill.training(count, seed);
  }

  @Override
  public List<Verdict> judge(List<Item> items, List<String> answers) {
    if (items.size() != answers.size()) {
      throw new IllegalArgumentException(
          "%s: %d items but %d answers".formatted(name(), items.size(), answers.size()));
    }
    if (kept.size() > MOST_KEPT) {
      kept.clear();
    }
    Map<Question, CompletableFuture<Verdict>> mine = new LinkedHashMap<>();
    List<CompletableFuture<Verdict>> verdicts = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      verdicts.add(verdict(new Question(items.get(i), answers.get(i)), mine));
    }
    settle(mine);
    return verdicts.stream().map(CompletableFuture::join).toList();
  }

  /** The verdict of a question, known, promised by another thread, or now promised by this one. */
  private CompletableFuture<Verdict> verdict(
      Question question, Map<Question, CompletableFuture<Verdict>> mine) {
    if (question.answer().equals(question.item().reference())) {
      return CompletableFuture.completedFuture(Verdict.correct("equals the reference"));
    }
    CompletableFuture<Verdict> promise = new CompletableFuture<>();
    CompletableFuture<Verdict> earlier = kept.putIfAbsent(question, promise);
    if (earlier != null) {
      return earlier;
    }
    mine.put(question, promise);
    return promise;
  }

  private void settle(Map<Question, CompletableFuture<Verdict>> mine) {
    try {
      List<Question> questions = List.copyOf(mine.keySet());
      List<Verdict> verdicts =
          judge.judge(
              questions.stream().map(Question::item).toList(),
              questions.stream().map(Question::answer).toList());
      Iterator<Verdict> next = verdicts.iterator();
      mine.values().forEach(promise -> promise.complete(next.next()));
    } catch (RuntimeException e) {
      mine.forEach((question, promise) -> {
        kept.remove(question, promise);
        promise.completeExceptionally(e);
      });
      throw e;
    }
  }
}
