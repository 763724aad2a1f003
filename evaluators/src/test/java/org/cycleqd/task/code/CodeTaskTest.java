package org.cycleqd.task.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.cycleqd.sandbox.Sandbox;
import org.cycleqd.sandbox.SandboxUnavailableException;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;
import org.cycleqd.task.Verdict;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The authors' answers are right and others are wrong, on whole sets where that is quick. */
class CodeTaskTest {
  /** Whole sets also where that takes minutes. */
  private static final boolean WHOLE = System.getenv("CYCLEQD_WHOLE") != null;

  private static final Map<CodeSet, Integer> STEP =
      Map.of(CodeSet.MBPP_PLUS_1, 13, CodeSet.MBPP_PLUS_2, 13, CodeSet.HUMANEVAL_PLUS, 9);

  /** The reference fails its own tests. */
  private static final Set<String> WRONG_REFERENCES = Set.of("MBPP/533");

  /** All that is asked is that something comes out, or nothing is. */
  private static final Set<String> ANYTHING_IS_RIGHT = Set.of("Mbpp/164");

  private static Task task(CodeSet set) {
    try {
      return set.task(Sandbox.locate(), 2);
    } catch (SandboxUnavailableException missing) {
      return Assumptions.abort(String.valueOf(missing.getMessage()));
    }
  }

  /** All items, or every so manieth where judging all takes minutes. */
  private static List<Item> items(CodeSet set, Task task) {
    List<Item> all = new ArrayList<>(task.published());
    if (set == CodeSet.MBPP) {
      all.addAll(task.items(Split.TRAINING, task.size(Split.TRAINING).orElseThrow(), 1));
      all.addAll(task.items(Split.OPTIMISATION, task.size(Split.OPTIMISATION).orElseThrow(), 1));
    }
    int step = WHOLE ? 1 : STEP.getOrDefault(set, 1);
    return IntStream.range(0, all.size()).filter(i -> i % step == 0).mapToObj(all::get).toList();
  }

  private static Set<String> those(List<Item> items, List<Verdict> verdicts, boolean correct) {
    Set<String> found = new TreeSet<>();
    for (int i = 0; i < items.size(); i++) {
      if (verdicts.get(i).correct() == correct) {
        String id = items.get(i).id();
        found.add(id.replaceFirst("(#base)?@.*", ""));
      }
    }
    return found;
  }

  @ParameterizedTest
  @EnumSource(CodeSet.class)
  void referencesAreRightAndOthersWrong(CodeSet set) {
    Task task = task(set);
    List<Item> items = items(set, task);
    List<Verdict> right = task.judge(items, items.stream().map(Item::reference).toList());
    assertThat(those(items, right, false)).isSubsetOf(WRONG_REFERENCES);
    List<Problem> problems = set.problems(set.data());
    List<String> answers =
        items.stream()
            .map(item ->
                problems.stream()
                    .filter(problem -> problem.id().equals(item.id()))
                    .map(problem -> "def %s(*_, **__): return 'wrong'".formatted(problem.entry()))
                    .findFirst()
                    .orElseThrow())
            .toList();
    List<Verdict> wrong = task.judge(items, answers);
    assertThat(those(items, wrong, true)).isSubsetOf(ANYTHING_IS_RIGHT);
  }

  @ParameterizedTest
  @CsvSource({
    "mbpp,374,90,500",
    "mbpp-plus-v0.1.0,0,200,199",
    "mbpp-plus-v0.2.0,0,189,189",
    "humaneval,0,82,82"
  })
  void splitsAreThoseOfTheAuthorsOrHalves(String name, int training, int optimisation, int test) {
    Task task =
        task(
            Arrays.stream(CodeSet.values())
                .filter(set -> set.taskName().equals(name))
                .findFirst()
                .orElseThrow());
    assertThat(Split.LISTED.stream().map(s -> task.size(s).orElseThrow()).toList())
        .containsExactly(training, optimisation, test);
    assertThat(task.items(Split.TEST, 5, 7)).isEqualTo(task.items(Split.TEST, 9, 7).subList(0, 5));
  }

  private static final String HEAD =
      """
      import ctypes, gc, os, socket, sys, time
      class Liar:
        def __eq__(self, other): return True
        __hash__ = None
      """;

  /** What hostile answers to HumanEval's first problem try; none is right, and the next one is. */
  @Test
  void hostileAnswersAreWrongAndHarmNoOther() {
    Task task = task(CodeSet.HUMANEVAL);
    Item item = task.published().getFirst();
    List<String> bodies =
        List.of(
            "return Liar()",
            "os._exit(0)",
            "sys.exit(0)",
            "os.kill(1, 9); os.kill(-1, 9)",
            "while True: os.fork()",
            "return 'x' * (1 << 40)",
            "return [[]] * (1 << 27)",
            "raise BaseException(Liar())",
            "[s.sendall(b'\\0\\0\\0\\x0b{\"v\": true}' * 99) for s in gc.get_objects()"
                + " if type(s) is socket.socket]; os._exit(0)",
            "print('{\"passed\": true}', flush=True); os.write(1, b'{\"passed\": true}\\n')",
            "return ctypes.string_at(0)",
            "return os.system('echo')",
            "return open('/tmp/x', 'w').write('x') == 1",
            "socket.create_connection(('1.1.1.1', 53), 1)",
            "ctypes.CDLL(None).ptrace(16, 1, 0, 0); return open('/proc/1/mem').read()",
            "f = sys._getframe()\n  while f: f.f_locals.clear(); f = f.f_back",
            "import builtins; builtins.AssertionError = Exception; return 1");
    List<String> answers = new ArrayList<>();
    for (String body : bodies) {
      answers.add(HEAD + "def has_close_elements(numbers, threshold):\n  " + body + "\n");
      answers.add(item.reference());
    }
    List<Item> items = answers.stream().map(answer -> item).toList();
    List<Verdict> verdicts = task.judge(items, answers);
    for (int i = 0; i < answers.size(); i++) {
      assertThat(verdicts.get(i).correct()).as(answers.get(i)).isEqualTo(i % 2 == 1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "  return 1|true",
        "def f(x):\\n  return 1|true",
        "Sure!\\n```python\\ndef f(x):\\n  return 1\\n```\\nIt works.|true",
        "```\\nimport os\\n```\\nthen\\n```py\\ndef f(x):\\n  return 1|true",
        "  return 2|false",
        "I cannot.|false"
      },
      ignoreLeadingAndTrailingWhitespace = false)
  void findsTheCodeInAnAnswer(String answer, boolean right) {
    Problem problem =
        new Problem(
            "id",
            "p",
            "import math\n\ndef f(x):\n",
            "f",
            "",
            new Tests.Assertions("assert f(0) == 1", "def f(x):\n  return 1"));
    ProgramJudge judge;
    try {
      judge = new ProgramJudge(Sandbox.locate(), 1);
    } catch (SandboxUnavailableException missing) {
      Assumptions.abort(String.valueOf(missing.getMessage()));
      return;
    }
    String text = answer.replace("\\n", "\n");
    assertThat(judge.judge(List.of(new ProgramJudge.Attempt(problem, text))).getFirst().correct())
        .isEqualTo(right);
  }

  /** As long as the reference needs on the machine at hand, and no longer where that is quick. */
  @ParameterizedTest
  @CsvSource({"1.2,4,true", "0,4,false", "1.2,1000,false"})
  void slowAnswersHaveTheTimeOfSlowReferences(double reference, double answer, boolean right) {
    String busy =
        """
        import time
        def f(x):
          end = time.process_time() + %s
          while time.process_time() < end:
            pass
          return 1
        """;
    Tests tests = new Tests.Assertions("assert f(0) == 1", busy.formatted(reference));
    Problem problem = new Problem("id", "p", "", "f", "", tests);
    ProgramJudge judge;
    try {
      judge = new ProgramJudge(Sandbox.locate(), 1);
    } catch (SandboxUnavailableException missing) {
      Assumptions.abort(String.valueOf(missing.getMessage()));
      return;
    }
    ProgramJudge.Attempt attempt = new ProgramJudge.Attempt(problem, busy.formatted(answer));
    assertThat(judge.judge(List.of(attempt)).getFirst().correct()).isEqualTo(right);
  }
}
