package org.cycleqd.task.maths;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;
import org.cycleqd.task.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "#### 18|18",
        "#### 1,080|1080",
        "#### -5|-5",
        "#### -$1,234.50|-1234.5",
        "#### $-20|-20",
        "5 - 3 = 2 so #### 2 eggs.|2",
        "first 3, then #### 7|7",
        "#### 12 and then #### 13|13",
        "The answer is 42.|42",
        "The answer is: $3,000,000.|3000000",
        "The Answer: 12 apples, 3 pears|12",
        "so she pays 5*3=15 dollars|15",
        "That is 10-4|4",
        "He has 1,2 and 3|3",
        "lost \u22127 points|-7",
        "It is .5|0.5",
        "It costs 2.50.|2.5",
        "about 75%|75",
        "therefore \\boxed{1{,}200}|1200",
        "so \\boxed{\\$18}. Also 99|18",
        "1/2 of it|0.5",
        "year 2024, 16-foot board|16"
      })
  void findsTheNumber(String text, BigDecimal number) {
    assertThat(NumberText.answer(text).orElseThrow()).isEqualByComparingTo(number);
  }

  @Test
  void findsNoneInWords() {
    assertThat(NumberText.answer("I do not know.")).isEqualTo(Optional.empty());
    assertThat(NumberText.answer("")).isEqualTo(Optional.empty());
  }

  @Test
  void allReferencesOfGsm8kAreRightAndTheNextNumberIsWrong() {
    Task task = Gsm8k.task();
    List<Item> items = new ArrayList<>(task.published());
    items.addAll(task.items(Split.TRAINING, 3737, 1));
    items.addAll(task.items(Split.OPTIMISATION, 3736, 1));
    assertThat(items).hasSize(1319 + 7473);
    List<String> answers = items.stream().map(Item::reference).toList();
    assertThat(task.judge(items, answers)).allMatch(Verdict::correct);
    List<String> others =
        answers.stream()
            .map(answer -> {
              String number = answer.substring(answer.lastIndexOf("####") + 4).strip();
              return "It is " + new BigDecimal(number.replace(",", "")).add(BigDecimal.ONE);
            })
            .toList();
    assertThat(task.judge(items, others)).noneMatch(Verdict::correct);
  }
}
