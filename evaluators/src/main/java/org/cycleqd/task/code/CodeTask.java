package org.cycleqd.task.code;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.ItemSplits;
import org.cycleqd.task.Provenance;
import org.cycleqd.task.PublishedSet;
import org.cycleqd.task.Verdict;
import org.cycleqd.task.data.DataFile;

/** A set of Python problems as a task. */
final class CodeTask implements PublishedSet {

  private final CodeSet set;
  private final Provenance provenance;
  private final ProgramJudge judge;
  private final ItemSplits splits;
  private final Map<String, Problem> problems = new HashMap<>();

  CodeTask(CodeSet set, DataFile data, ProgramJudge judge) {
    this.set = set;
    this.provenance = set.provenance(data);
    this.judge = judge;
    List<Problem> all = set.problems(data);
    all.forEach(problem -> problems.put(problem.id(), problem));
    this.splits = set.splits(all);
  }

  static Item item(Problem problem) {
    return new Item(problem.id(), problem.prompt(), problem.reference(), 1);
  }

  @Override
  public ItemSplits splits() {
    return splits;
  }

  @Override
  public String name() {
    return set.taskName();
  }

  @Override
  public String description() {
    return set.description();
  }

  @Override
  public Asking asking() {
    return set.asking();
  }

  @Override
  public Provenance provenance() {
    return provenance;
  }

  @Override
  public List<Verdict> judge(List<Item> items, List<String> answers) {
    if (items.size() != answers.size()) {
      throw new IllegalArgumentException(
          "%s: %d items but %d answers".formatted(name(), items.size(), answers.size()));
    }
    List<ProgramJudge.Attempt> attempts = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Problem problem = problems.get(items.get(i).id());
      if (problem == null) {
        throw new IllegalArgumentException(
            "%s has no item %s".formatted(name(), items.get(i).id()));
      }
      attempts.add(new ProgramJudge.Attempt(problem, answers.get(i)));
    }
    return judge.judge(attempts);
  }
}
