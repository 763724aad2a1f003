package org.cycleqd.task.pico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cycleqd.task.Example;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PicoSkillTest {

  @ParameterizedTest
  @EnumSource
  void neitherPromptNorAnswerLeavesItsSplitAndAPromptHasOneAnswer(PicoSkill skill) {
    Map<String, String> answers = new HashMap<>();
    Stream.concat(skill.training(8_000, 1).stream(), skill.training(8_000, 2).stream())
        .forEach(example ->
            assertThat(answers.merge(example.prompt(), example.answer(), (a, b) -> a))
                .isEqualTo(example.answer()));
    for (Split split : List.of(Split.OPTIMISATION, Split.TEST)) {
      List<Item> items = skill.items(split, 800, 3);
      Set<String> known = new HashSet<>(answers.values());
      assertThat(items).noneMatch(item -> answers.containsKey(item.prompt()));
      assertThat(items).noneMatch(item -> known.contains(item.reference()));
      items.forEach(item -> answers.put(item.prompt(), item.reference()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void itemsAreDistinctShortPrintableAndGraded(PicoSkill skill) {
    List<Item> items = skill.items(Split.TEST, 400, 1);
    assertThat(items.stream().map(Item::id)).doesNotHaveDuplicates();
    assertThat(items.stream().map(Item::prompt)).doesNotHaveDuplicates();
    assertThat(items)
        .allSatisfy(item -> assertThat(item.prompt() + item.reference()).matches("[ -~]{1,189}"))
        .allSatisfy(item -> assertThat(item.prompt()).endsWith(" =>"));
    assertThat(items.stream().collect(Collectors.groupingBy(Item::steps, Collectors.counting())))
        .containsEntry(1, 100L)
        .containsEntry(2, 200L)
        .containsEntry(3, 100L);
  }

  @ParameterizedTest
  @EnumSource
  void aLongerListBeginsWithTheShorterOne(PicoSkill skill) {
    assertThat(skill.items(Split.OPTIMISATION, 400, 5).subList(0, 80))
        .isEqualTo(skill.items(Split.OPTIMISATION, 80, 5));
    assertThat(skill.training(900, 5).subList(0, 400)).isEqualTo(skill.training(400, 5));
    assertThat(skill.training(100, 5)).isNotEqualTo(skill.training(100, 6));
  }

  @ParameterizedTest
  @EnumSource
  void trainingPromptsAreDistinct(PicoSkill skill) {
    assertThat(skill.training(8_000, 1).stream().map(Example::prompt).distinct()).hasSize(8_000);
  }

  @ParameterizedTest
  @EnumSource
  void moreThanTheGrammarHoldsIsRefused(PicoSkill skill) {
    assertThatThrownBy(() -> skill.items(Split.TEST, -1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(skill.taskName())
        .hasMessageContaining("-1");
  }
}
