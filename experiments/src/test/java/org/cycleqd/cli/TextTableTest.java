package org.cycleqd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void alignsNumbersRightAndTextLeft() {
    String table =
        TextTable.of("model", "code", "mean")
            .with("base", "0.25", "1.0 %")
            .with("merged, best", "10.5", "")
            .with("x", "-", "-0.51 ± 0.02")
            .render();
    assertThat(table)
        .isEqualTo(
            """
            model         code          mean
            ------------  ----  ------------
            base          0.25         1.0 %
            merged, best  10.5
            x                -  -0.51 ± 0.02
            """);
  }

  @Test
  void oneWordMakesAColumnText() {
    assertThat(TextTable.of("a").with("1").with("none").render())
        .isEqualTo(
            """
            a
            ----
            1
            none
            """);
  }

  @Test
  void headerAloneIsATable() {
    assertThat(TextTable.of("task", "score").render()).isEqualTo("task  score\n----  -----\n");
  }

  @Test
  void rowOfAnotherWidthIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TextTable.of("a", "b").with("1"))
        .withMessage("a row of 1 cells in a table of 2 columns");
  }
}
