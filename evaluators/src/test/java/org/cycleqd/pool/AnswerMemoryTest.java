package org.cycleqd.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerMemoryTest {

  @Test
  void forgetsWhatWasOfNoUseForLongest() {
    AnswerMemory memory = new AnswerMemory(2);
    memory.put(1, List.of(new int[] {1}));
    memory.put(2, List.of(new int[] {2}));
    assertThat(memory.first(List.of(7, 1)).getFirst()).containsExactly(1);
    memory.put(3, List.of(new int[] {3}));
    assertThat(memory.first(List.of(2))).isEmpty();
    assertThat(memory.first(List.of(2, 3, 1)).getFirst()).containsExactly(3);
    assertThat(memory.first(List.of())).isEmpty();
  }
}
