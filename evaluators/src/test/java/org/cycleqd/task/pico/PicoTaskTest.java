package org.cycleqd.task.pico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;
import org.cycleqd.task.Verdict;
import org.cycleqd.task.pico.Runner.Attempt;
import org.junit.jupiter.api.Test;

class PicoTaskTest {
  private static final List<Item> ITEMS = PicoSkill.DB.items(Split.TEST, 100, 1);

  /** SQLite that remembers what it was asked. */
  private static final class Recorded implements Runner {
    private final SqlRunner sqlite = new SqlRunner();
    private final List<Attempt> seen = Collections.synchronizedList(new ArrayList<>());

    @Override
    public List<Outcome> run(List<Attempt> attempts) {
      seen.addAll(attempts);
      return sqlite.run(attempts);
    }
  }

  private final Recorded runner = new Recorded();
  private final Task task = new PicoTask(PicoSkill.DB, new Judge(runner, Comparison::rows));

  private static List<String> wrong(int count) {
    return Collections.nCopies(count, "SELECT 'none of these'");
  }

  @Test
  void referencesAreCorrectWithoutRunning() {
    List<Verdict> verdicts = task.judge(ITEMS, ITEMS.stream().map(Item::reference).toList());
    assertThat(verdicts).hasSize(100).allMatch(Verdict::correct);
    assertThat(runner.seen).isEmpty();
  }

  @Test
  void eachAnswerIsRunOnceForAnItem() {
    List<Verdict> first = task.judge(ITEMS, wrong(100));
    List<Verdict> second = task.judge(ITEMS.reversed(), wrong(100));
    assertThat(first).noneMatch(Verdict::correct);
    assertThat(second.reversed()).isEqualTo(first);
    assertThat(runner.seen).hasSize(200).doesNotHaveDuplicates();
  }

  @Test
  void twoThreadsShareTheWork() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<List<Verdict>>> both =
          threads.invokeAll(Collections.nCopies(2, () -> task.judge(ITEMS, wrong(100))));
      assertThat(both.get(0).get()).isEqualTo(both.get(1).get()).noneMatch(Verdict::correct);
    }
    assertThat(runner.seen.stream().filter(a -> !a.answer().equals(a.reference())))
        .hasSize(100)
        .doesNotHaveDuplicates();
  }

  @Test
  void aFailureIsNotKept() {
    Runner failing =
        attempts -> {
          throw new IllegalStateException("no machine");
        };
    Task broken = new PicoTask(PicoSkill.DB, new Judge(failing, Comparison::rows));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> broken.judge(ITEMS, wrong(100))).hasMessage("no machine");
    }
  }

  @Test
  void listsMustMatch() {
    assertThatThrownBy(() -> task.judge(ITEMS, wrong(99)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pico-db: 100 items but 99 answers");
  }

  @Test
  void aTaskNamesItself() {
    assertThat(task.name()).isEqualTo("pico-db");
    assertThat(task.description()).contains("SELECT");
    assertThat(task.items(Split.TEST, 100, 1)).isEqualTo(ITEMS);
    assertThat(task.training(5, 1)).isEqualTo(PicoSkill.DB.training(5, 1));
  }
}
