package org.cycleqd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalTest {

  @Test
  void aLocaleWithoutLanguageDoesNotTurnSignsIntoQuestionMarks() {
    assertThat(Terminal.charset(StandardCharsets.US_ASCII)).isEqualTo(StandardCharsets.UTF_8);
    assertThat(Terminal.charset(StandardCharsets.ISO_8859_1))
        .isEqualTo(StandardCharsets.ISO_8859_1);
  }
}
