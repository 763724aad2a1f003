package org.cycleqd.task.pico;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.cycleqd.task.Item;
import org.cycleqd.task.Verdict;
import org.cycleqd.task.pico.Runner.Attempt;
import org.jspecify.annotations.Nullable;

/**
 * Marks answers by running them beside their references and comparing what came of both.
 *
 * <p>References run through the same machinery as answers, in the same process, once each.
 */
final class Judge {
  private static final int LONGEST = 200;

  private final Runner runner;
  private final Comparison comparison;
  private final Map<String, Outcome> expected = new ConcurrentHashMap<>();

  Judge(Runner runner, Comparison comparison) {
    this.runner = runner;
    this.comparison = comparison;
  }

  /**
   * Marks each answer by running it, even one that equals its reference.
   *
   * @throws IllegalStateException if a reference does not run: a program it needs is missing
   */
  List<Verdict> judge(List<Item> items, List<String> answers) {
    Set<Attempt> attempts = new LinkedHashSet<>();
    for (int i = 0; i < items.size(); i++) {
      String reference = items.get(i).reference();
      if (refusal(answers.get(i)).isEmpty()) {
        attempts.add(new Attempt(reference, answers.get(i).strip()));
        if (!expected.containsKey(reference)) {
          attempts.add(new Attempt(reference, reference));
        }
      }
    }
    Map<Attempt, Outcome> outcomes = run(List.copyOf(attempts));
    List<Verdict> verdicts = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      verdicts.add(verdict(items.get(i), answers.get(i), outcomes));
    }
    return verdicts;
  }

  /** Why an answer is wrong without running it; empty if it may run. */
  static String refusal(String answer) {
    if (answer.isBlank()) {
      return "empty";
    }
    if (answer.length() > LONGEST) {
      return "longer than " + LONGEST + " characters";
    }
    boolean oneLine = answer.chars().noneMatch(c -> Character.isISOControl(c) && c != '\t');
    return oneLine ? "" : "holds a line break or a control character";
  }

  private Map<Attempt, Outcome> run(List<Attempt> attempts) {
    Map<Attempt, Outcome> outcomes = new ConcurrentHashMap<>();
    if (!attempts.isEmpty()) {
      List<Outcome> results = runner.run(attempts);
      for (int i = 0; i < attempts.size(); i++) {
        outcomes.put(attempts.get(i), results.get(i));
      }
    }
    return outcomes;
  }

  private static Outcome reference(Item item, @Nullable Outcome outcome) {
    if (outcome == null || !outcome.isFinished() || outcome.text().isEmpty()) {
      throw new IllegalStateException(
          "the reference '%s' of item %s must give a result, found %s; is a program missing?"
              .formatted(item.reference(), item.id(), outcome));
    }
    return outcome;
  }

  private Verdict verdict(Item item, String answer, Map<Attempt, Outcome> outcomes) {
    String refusal = refusal(answer);
    if (!refusal.isEmpty()) {
      return Verdict.wrong(refusal);
    }
    Outcome reference =
        expected.computeIfAbsent(
            item.reference(), text -> reference(item, outcomes.get(new Attempt(text, text))));
    Outcome outcome = outcomes.get(new Attempt(item.reference(), answer.strip()));
    if (outcome == null) {
      throw new IllegalStateException("answer '%s' was not run".formatted(answer));
    }
    return outcome.isFinished()
        ? comparison.compare(item, reference.text(), outcome.text())
        : Verdict.wrong((outcome.status().word() + " " + outcome.text()).strip());
  }
}
