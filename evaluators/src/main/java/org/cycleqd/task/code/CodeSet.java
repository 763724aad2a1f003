package org.cycleqd.task.code;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.sandbox.Sandbox;
import org.cycleqd.task.Asking;
import org.cycleqd.task.ItemSplits;
import org.cycleqd.task.Provenance;
import org.cycleqd.task.Task;
import org.cycleqd.task.data.DataFile;

/** The published sets of Python problems. */
public enum CodeSet {
  /** 974 problems with three assertions each; 3-shot, as by its authors. */
  MBPP("mbpp", "mbpp/mbpp.jsonl.gz", Tested.ASSERTIONS),
  /** The 399 of EvalPlus's first release with their base inputs: the CycleQD paper's. */
  MBPP_PLUS_1_BASE("mbpp-plus-v0.1.0-base", "mbpp-plus/MbppPlus-v0.1.0.jsonl.gz", Tested.BASE),
  /** The same with base and plus inputs. */
  MBPP_PLUS_1("mbpp-plus-v0.1.0", "mbpp-plus/MbppPlus-v0.1.0.jsonl.gz", Tested.PLUS),
  /** The 378 of the second release with their base inputs. */
  MBPP_PLUS_2_BASE("mbpp-plus-v0.2.0-base", "mbpp-plus/MbppPlus-v0.2.0.jsonl.gz", Tested.BASE),
  /** The same with base and plus inputs. */
  MBPP_PLUS_2("mbpp-plus-v0.2.0", "mbpp-plus/MbppPlus-v0.2.0.jsonl.gz", Tested.PLUS),
  /** 164 functions to be finished, with their authors' tests. */
  HUMANEVAL("humaneval", "humaneval/HumanEval.jsonl.gz", Tested.ASSERTIONS),
  /** The same functions with base and plus inputs. */
  HUMANEVAL_PLUS("humaneval-plus", "humaneval-plus/HumanEvalPlus-v0.1.10.jsonl.gz", Tested.PLUS);

  /** Tokens of an answer in the paper's evaluation. */
  private static final int TOKENS = 512;

  /** Answers begin within a fence, which ends them. */
  private static final Asking FENCED = new Asking.Completion(List.of("```"), TOKENS);

  /** What begins after a function (Chen et al. 2021, section 2.2). */
  private static final Asking BODY =
      new Asking.Completion(List.of("\nclass", "\ndef", "\n#", "\nif", "\nprint", "\n```"), TOKENS);

  private static final Asking BRACKETED = new Asking.Completion(List.of("[DONE]"), TOKENS);

  private enum Tested {
    ASSERTIONS,
    BASE,
    PLUS
  }

  private final String taskName;
  private final String file;
  private final Tested tested;

  CodeSet(String taskName, String file, Tested tested) {
    this.taskName = taskName;
    this.file = file;
    this.tested = tested;
  }

  /** The task's name. */
  public String taskName() {
    return taskName;
  }

  /** One sentence on what is asked and how it is checked. */
  String description() {
    String tests =
        switch (tested) {
          case ASSERTIONS -> "its authors' tests";
          case BASE -> "the base inputs";
          case PLUS -> "base and plus inputs";
        };
    return "Write a Python function; run in the sandbox on " + tests + ", pass@1.";
  }

  Provenance provenance(DataFile data) {
    String licence =
        switch (this) {
          case MBPP -> "CC-BY-4.0";
          case HUMANEVAL -> "MIT";
          case HUMANEVAL_PLUS -> "Apache-2.0 AND MIT";
          default -> "Apache-2.0";
        };
    return new Provenance(file, licence, data.digest());
  }

  Asking asking() {
    return switch (this) {
      case MBPP -> BRACKETED;
      case HUMANEVAL, HUMANEVAL_PLUS -> BODY;
      default -> FENCED;
    };
  }

  /** The file that ships with the project. */
  DataFile data() {
    return DataFile.shipped(file);
  }

  /**
   * Makes the task.
   *
   * @param sandbox where answers run
   * @param processes how many answers are judged at a time
   * @throws org.cycleqd.sandbox.SandboxUnavailableException if there is no Python
   */
  public Task task(Sandbox sandbox, int processes) {
    return new CodeTask(this, data(), new ProgramJudge(sandbox, processes));
  }

  /** The problems of a file, in its order. */
  List<Problem> problems(DataFile data) {
    List<JsonNode> rows = data.rows();
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      problems.add(
          switch (this) {
            case MBPP -> MbppRow.read(data, rows, i);
            case HUMANEVAL, HUMANEVAL_PLUS -> completion(data, rows.get(i), i);
            default -> instructed(data, rows.get(i), i);
          });
    }
    return problems;
  }

  /** The parts of a set: MBPP's own, halves of the others. */
  ItemSplits splits(List<Problem> problems) {
    return this == MBPP
        ? MbppRow.splits(problems)
        : ItemSplits.halves(problems.stream().map(CodeTask::item).toList());
  }

  private Problem completion(DataFile data, JsonNode row, int index) {
    String prompt = data.text(row, index, "prompt");
    String solution = data.text(row, index, "canonical_solution");
    String entry = data.text(row, index, "entry_point");
    Tests tests =
        tested == Tested.ASSERTIONS
            ? new Tests.Assertions(
                data.text(row, index, "test") + "\ncheck(" + entry + ")\n", prompt + solution)
            : new Tests.Inputs(prompt + solution, inputs(row, 0), row.path("atol").asDouble());
    return new Problem(id(data, row, index), prompt, prompt, entry, solution, tests);
  }

  private Problem instructed(DataFile data, JsonNode row, int index) {
    String text = data.text(row, index, "prompt");
    String solution = data.text(row, index, "canonical_solution").strip();
    String id = data.text(row, index, "task_id");
    int number = Integer.parseInt(id.substring(id.indexOf('/') + 1));
    Tests tests = new Tests.Inputs(solution, inputs(row, number), row.path("atol").asDouble());
    return new Problem(
        id(data, row, index),
        Prompts.instructed(text),
        "",
        data.text(row, index, "entry_point"),
        solution,
        tests);
  }

  private ArrayNode inputs(JsonNode row, int number) {
    ArrayNode inputs = row.path("base_input").deepCopy();
    if (tested == Tested.PLUS) {
      // Two problems have an empty map in place of a list without plus inputs.
      row.path("plus_input").forEach(inputs::add);
    }
    return number == 0 ? PythonData.plain(inputs) : PythonData.mbpp(number, inputs);
  }

  private String id(DataFile data, JsonNode row, int index) {
    String mark = tested == Tested.BASE ? "#base" : "";
    return DataFile.id(data.text(row, index, "task_id") + mark, row.toString());
  }
}
