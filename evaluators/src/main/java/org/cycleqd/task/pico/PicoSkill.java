package org.cycleqd.task.pico;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.cycleqd.sandbox.Sandbox;
import org.cycleqd.task.Example;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;

/**
 * The three skills that very small models can learn within minutes. Composing questions and
 * training examples needs no sandbox.
 */
public enum PicoSkill {
  /** Transformations of a list, answered by a Python expression over {@code x}. */
  CODE(
      "pico-code",
      "Write a Python expression that transforms the list x; run on five lists and compared with"
          + " the reference's results.",
      new ListGrammar()),
  /** Questions about two tables, answered by an SQL SELECT. */
  DB(
      "pico-db",
      "Write one SELECT over two tables of 60 rows; run on SQLite and compared row by row.",
      new SqlGrammar()),
  /** Views of six small files, answered by a shell pipeline. */
  OS(
      "pico-os",
      "Write one line of shell over six small files; run in bash and compared by what it prints.",
      new PipelineGrammar());

  private final String taskName;
  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // a grammar holds no state
  private final ItemSupply supply;

  PicoSkill(String taskName, String description, Grammar grammar) {
    this.taskName = taskName;
    this.description = description;
    this.supply = new ItemSupply(taskName, grammar);
  }

  /** The task's name, such as {@code pico-code}. */
  public String taskName() {
    return taskName;
  }

  /** One sentence on what is asked and how it is checked. */
  public String description() {
    return description;
  }

  /**
   * Lists items of a split, a quarter of one step, half of two, a quarter of three; see {@link
   * org.cycleqd.task.Task#items}.
   */
  public List<Item> items(Split split, int count, long seed) {
    return supply.items(split, count, seed);
  }

  /**
   * Lists training examples, no two with the same prompt; see {@link
   * org.cycleqd.task.Task#training}.
   */
  public List<Example> training(int count, long seed) {
    return supply.training(count, seed);
  }

  /** The skill of a task's name. */
  public static Optional<PicoSkill> named(String taskName) {
    return Arrays.stream(values()).filter(skill -> skill.taskName.equals(taskName)).findFirst();
  }

  /** The names of all skills. */
  public static List<String> names() {
    return Arrays.stream(values()).map(PicoSkill::taskName).toList();
  }

  /**
   * Makes the task, which can also judge.
   *
   * @param sandbox where answers run; {@link #DB} does not use it, as SQLite itself confines a
   *     query
   * @throws org.cycleqd.sandbox.SandboxUnavailableException if the interpreter of the skill is
   *     missing
   */
  public Task task(Sandbox sandbox) {
    return new PicoTask(this, judge(sandbox));
  }

  Judge judge(Sandbox sandbox) {
    return switch (this) {
      case CODE -> new Judge(new PythonRunner(sandbox), Comparison::results);
      case DB -> new Judge(new SqlRunner(), Comparison::rows);
      case OS -> new Judge(new ShellRunner(sandbox), Comparison::output);
    };
  }
}
