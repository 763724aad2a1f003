package org.cycleqd.experiment.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.experiment.TaskConfig;
import org.cycleqd.experiment.UserException;
import org.cycleqd.pool.Exam;
import org.cycleqd.task.Example;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;
import org.cycleqd.task.Verdict;
import org.junit.jupiter.api.Test;

class ItemGuardTest {

  /**
   * A benchmark of numbered items, whose authors keep those from 50 on for tests. Where leaky, it
   * draws optimisation items from all of them.
   */
  private record Numbered(boolean leaky) implements Task {

    @Override
    public String name() {
      return "numbered";
    }

    @Override
    public String description() {
      return "Say a number.";
    }

    @Override
    public List<Item> items(Split split, int count, long seed) {
      int from = split == Split.TEST ? 50 : leaky ? 45 : 0;
      return IntStream.range(from, from + count)
          .mapToObj(i -> new Item("item-" + i, "say " + i, Integer.toString(i), 1))
          .toList();
    }

    @Override
    public boolean publishedTest(Item item) {
      return Integer.parseInt(item.reference()) >= 50;
    }

    @Override
    public List<Example> training(int count, long seed) {
      return List.of();
    }

    @Override
    public List<Verdict> judge(List<Item> items, List<String> answers) {
      return IntStream.range(0, items.size())
          .mapToObj(i -> new Verdict(items.get(i).reference().equals(answers.get(i)), "compared"))
          .toList();
    }
  }

  private static TaskConfig config(boolean allow) {
    return new TaskConfig("n", "numbered", 10, 5, 3, 1, allow);
  }

  private static Exam exam(boolean leaky, Split split, int count) {
    return Exam.of("n", new Numbered(leaky), split, count, 1);
  }

  @Test
  void validationItemsFollowTheOptimisationItems() {
    Exam optimisation = exam(false, Split.OPTIMISATION, 10);
    Exam validation = Exam.validation("n", new Numbered(false), 10, 5, 1);
    assertThat(validation.split()).isEqualTo(Split.VALIDATION);
    assertThat(validation.items()).hasSize(5).doesNotContainAnyElementsOf(optimisation.items());
    assertThatCode(
            () -> {
              ItemGuard.check(0, config(false), optimisation, exam(false, Split.TEST, 3));
              ItemGuard.check(0, config(false), validation, exam(false, Split.TEST, 3));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void publishedTestItemsAreRefusedUnlessToldOtherwise() {
    Exam leaky = exam(true, Split.OPTIMISATION, 6);
    Exam test =
        new Exam(
            "n",
            Split.TEST,
            new Numbered(true),
            new Numbered(true).items(Split.TEST, 9, 1).subList(6, 9));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> ItemGuard.check(2, config(false), leaky, test))
        .withMessageContaining("tasks.2: 1 of 6 optimisation items, such as item-50")
        .withMessageContaining("allow_test_items");
    assertThatCode(() -> ItemGuard.check(2, config(true), leaky, test)).doesNotThrowAnyException();
  }

  @Test
  void whatJudgesTheRunIsNeverSeen() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() ->
            ItemGuard.check(
                0, config(true), exam(true, Split.OPTIMISATION, 8), exam(true, Split.TEST, 4)))
        .withMessageContaining(
            "3 of 8 optimisation items, such as item-50, are test items of this run");
  }
}
