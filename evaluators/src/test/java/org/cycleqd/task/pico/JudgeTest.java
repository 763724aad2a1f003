package org.cycleqd.task.pico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.sandbox.Command;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.Verdict;
import org.cycleqd.task.pico.Outcome.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class JudgeTest {
  private static final int SECONDS = 1;

  private static Item item(String reference) {
    return new Item(reference, "asks for " + reference, reference, 1);
  }

  private static Verdict judged(PicoSkill skill, String reference, String answer) {
    return skill
        .judge(Drawn.sandbox(), SECONDS)
        .judge(List.of(item(reference)), List.of(answer))
        .getFirst();
  }

  @ParameterizedTest
  @EnumSource
  void everyReferenceIsCorrectWhenItIsReallyRun(PicoSkill skill) {
    List<Item> items = skill.items(Split.TEST, 300, 1);
    List<Verdict> verdicts =
        skill
            .judge(Drawn.sandbox(), SECONDS)
            .judge(items, items.stream().map(Item::reference).toList());
    assertThat(verdicts).hasSize(300).allMatch(Verdict::correct);
  }

  @ParameterizedTest
  @EnumSource
  void answersToOtherQuestionsAreWrong(PicoSkill skill) {
    List<Item> items = skill.items(Split.OPTIMISATION, 100, 1);
    List<String> others = new ArrayList<>(items.stream().map(Item::reference).toList());
    Collections.rotate(others, 4);
    List<Verdict> verdicts = skill.judge(Drawn.sandbox(), SECONDS).judge(items, others);
    // Two questions may share their answer's result, such as the one name that two filters leave.
    assertThat(verdicts.stream().filter(Verdict::correct).count()).isLessThan(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "CODE; sorted(x)[::-1]; sorted(x, reverse=True)",
        "CODE; x[::-1]; list(reversed(x))",
        "CODE; [a for a in x if a%2==0]; [b for b in x if not b % 2]",
        "CODE; [abs(a) for a in x]; list(map(abs,x))",
        "CODE; max([a for a in x if a>35]); sorted([a for a in x if a>35])[-1]",
        "DB; SELECT name FROM emp WHERE age>40; select name from emp where 40 < age order by pay;",
        "DB; SELECT AVG(pay) FROM emp; SELECT SUM(pay)*1.0/COUNT(*) FROM emp",
        "DB; SELECT DISTINCT city FROM emp; SELECT city FROM emp GROUP BY city",
        "OS; cat app.log | grep error; grep error app.log",
        "OS; cat app.log | sort -u; sort app.log | uniq",
        "OS; cut -d, -f2 emp.csv; awk -F, '{print $2}' emp.csv",
      })
  void equivalentAnswersAreCorrect(PicoSkill skill, String reference, String answer) {
    assertThat(judged(skill, reference, answer)).matches(Verdict::correct);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "CODE; [a for a in x if a<7]; [a for a in x if a<=7]",
        "CODE; sorted(x); tuple(sorted(x))",
        "CODE; sum(x); raise(x)",
        "CODE; sum(x); sum(x",
        "CODE; max(x); max(y)",
        "CODE; x[:3]; print([1, 2])",
        "DB; SELECT name FROM emp ORDER BY age; SELECT name FROM emp",
        "DB; SELECT name FROM emp; SELECT name FROM emp LIMIT 59",
        "DB; SELECT name FROM emp; SELECT nme FROM emp",
        "DB; SELECT COUNT(*) FROM emp; PRAGMA user_version",
        "OS; cat app.log | sort; cat app.log",
        "OS; cat app.log; cat nothing.log",
        "OS; cat app.log; ''",
      })
  void wrongAnswersAreWrong(PicoSkill skill, String reference, String answer) {
    assertThat(judged(skill, reference, answer)).matches(verdict -> !verdict.correct());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotOneShortLineIsWrongWithoutRunning(PicoSkill skill) {
    String reference = skill.items(Split.TEST, 1, 1).getFirst().reference();
    for (String answer :
        List.of(" ", reference + "\n", reference + "\0", reference + " ".repeat(200) + "#")) {
      assertThat(judged(skill, reference, answer).correct()).isFalse();
    }
  }

  @Test
  void hostileExpressionsSpoilNothing() {
    String reach =
        "[c for c in ().__class__.__base__.__subclasses__() if c.__name__=='_wrap_close']";
    String system = reach + "[0].__init__.__globals__";
    assertHarmless(
        PicoSkill.CODE,
        "sorted(x)",
        "9**9**9**9",
        "[0]*10**11",
        "'a'*10**8",
        "__import__('os').system('id')",
        system + "['kill'](-1,9)",
        system + "['_exit'](0)",
        system + "['fork']()",
        system + "['system']('cat /etc/shadow')",
        system + "['listdir']('/root')",
        "(lambda f:f(f))(lambda f:f(f))",
        "[x.append(1) for a in x]",
        "(".repeat(190) + "x");
  }

  @Test
  void hostileQueriesSpoilNothing() {
    assertHarmless(
        PicoSkill.DB,
        "SELECT name FROM emp WHERE age>40",
        "SELECT a.name FROM emp a,emp b,emp c,emp d,emp e",
        "SELECT COUNT(*) FROM emp a,emp b,emp c,emp d,emp e",
        "SELECT * FROM (WITH RECURSIVE c AS (SELECT 1 n UNION ALL SELECT n+1 FROM c) SELECT n FROM c)",
        "SELECT hex(zeroblob(900000000))",
        "SELECT printf('%900000000d',1)",
        "SELECT a.name FROM emp a,emp b,emp c WHERE printf('%0400d',0) LIKE '%0%0%0%0%0%0%0%0%0%01'",
        "SELECT load_extension('/lib/evil.so')",
        "SELECT readfile('/etc/shadow')",
        "ATTACH '/tmp/spoilt.db' AS a",
        "DROP TABLE emp",
        "DELETE FROM emp",
        "SELECT name FROM emp WHERE age>40; DROP TABLE emp",
        "SELECT");
  }

  @Test
  void hostilePipelinesSpoilNothing() {
    assertHarmless(
        PicoSkill.OS,
        "cat app.log | sort",
        "while :; do :; done",
        "sleep 1000",
        "b() { b | b & }; b; sleep 100",
        "kill -9 -1",
        "kill -9 1; kill -TERM 1; kill -HUP 1; kill -SEGV 1",
        "yes",
        "head -c 900000000 /dev/zero | tac",
        "cat /dev/zero >/tmp/full",
        "echo spoilt >app.log; echo spoilt >/files/app.log; rm -f app.log",
        "alias sort=cat; sort() { cat; }; export -f sort; PATH=; exit 0",
        "cat /etc/shadow /root/.bashrc; ls /home /work /proc",
        "exec 3<>/dev/tcp/1.1.1.1/80; cat <&3",
        "echo '0 finished 3' >&3; echo $nonce; printf '\\0'",
        "setsid sleep 1000 & disown; exec >&-",
        "(((");
  }

  /** Runs each hostile answer between two good ones, all in one batch. */
  private static void assertHarmless(PicoSkill skill, String reference, String... hostile) {
    Item item = item(reference);
    List<String> answers = new ArrayList<>();
    for (String answer : hostile) {
      answers.add(reference);
      answers.add(answer);
    }
    answers.add(reference + " ");
    List<Verdict> verdicts =
        skill
            .judge(Drawn.sandbox(), SECONDS)
            .judge(Collections.nCopies(answers.size(), item), answers);
    for (int i = 0; i < answers.size(); i++) {
      assertThat(verdicts.get(i).correct()).as(answers.get(i)).isEqualTo(i % 2 == 0);
    }
  }

  @Test
  void onlyTheAnswerThatBreaksItsProcessFails() {
    Command fragile =
        Command.of(
            "/bin/sh",
            "-c",
            "read nonce; echo $nonce ready; i=0; while read word; do"
                + " [ $word = die ] && exit 1; echo $nonce $i finished 2; echo $word; i=$((i+1));"
                + " done");
    List<Outcome> outcomes =
        new BatchProcess(Drawn.sandbox())
            .run(fragile, List.of("aa", "die", "bb", "cc", "die", "die", "dd"));
    assertThat(outcomes.stream().map(Outcome::text))
        .containsExactly("aa", "", "bb", "cc", "", "", "dd");
    assertThat(outcomes.stream().filter(o -> o.status() == Status.KILLED).count()).isEqualTo(3);
  }

  @Test
  void aDriverThatDoesNotStartIsReported() {
    Command broken = Command.of("/bin/sh", "-c", "echo no such thing >&2; exit 9");
    assertThatThrownBy(() -> new BatchProcess(Drawn.sandbox()).run(broken, List.of("a")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("exit code 9: no such thing");
  }

  @Test
  void aReferenceThatFailsIsReported() {
    assertThatThrownBy(() -> judged(PicoSkill.OS, "nosuchprogram", "ls"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nosuchprogram")
        .hasMessageContaining("is a program missing?");
  }

  @Test
  void batchesKeepTheirOrder() {
    List<Item> items = PicoSkill.DB.items(Split.TEST, 60, 2);
    List<String> answers =
        IntStream.range(0, 60)
            .mapToObj(i -> i % 3 == 0 ? "SELECT 1" : items.get(i).reference())
            .toList();
    List<Verdict> verdicts = PicoSkill.DB.judge(Drawn.sandbox(), SECONDS).judge(items, answers);
    for (int i = 0; i < 60; i++) {
      assertThat(verdicts.get(i).correct()).isEqualTo(i % 3 != 0);
    }
  }

  /** Such an answer is over before its output is read. */
  @Test
  void answersThatEndAtOnceKeepTheirOutput() {
    List<Runner.Attempt> attempts =
        IntStream.range(0, 1000).mapToObj(i -> new Runner.Attempt("", "echo " + i)).toList();
    List<Outcome> outcomes = new ShellRunner(Drawn.sandbox(), SECONDS).run(attempts);
    assertThat(outcomes)
        .isEqualTo(
            IntStream.range(0, 1000)
                .mapToObj(i -> new Outcome(Status.FINISHED, i + "\n"))
                .toList());
  }
}
