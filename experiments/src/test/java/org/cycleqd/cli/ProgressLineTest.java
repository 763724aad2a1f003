package org.cycleqd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressLineTest {

  private final TerminalFixture fixture = new TerminalFixture();

  @Test
  void showsCountRateAndTimes() {
    try (ProgressLine line = fixture.terminal(true, 100).progress("evolving", 0, 200)) {
      fixture.pass(20);
      line.update(50, "best 0.512");
    }
    assertThat(fixture.err())
        .startsWith("\revolving  50/200  2.5/s  elapsed 0:20  left 1:00  best 0.512")
        .endsWith(System.lineSeparator());
  }

  @Test
  void bytesShowInTheUnitOfTheTotal() {
    try (ProgressLine line = fixture.terminal(true, 100).bytes("merging", 16_060_522_496L)) {
      fixture.pass(12);
      line.update(3_212_104_499L, "model.norm.weight");
    }
    assertThat(fixture.err())
        .startsWith(
            "\rmerging  3.2/16.1 GB  267.68 MB/s  elapsed 0:12  left 0:48  model.norm.weight");
  }

  @Test
  void reportsInAnotherOrderDoNotTurnItBack() {
    try (ProgressLine line = fixture.terminal(true, 100).progress("x", 0, 9)) {
      line.update(9, "");
      line.update(4, "");
    }
    assertThat(fixture.err()).contains("x  9/9").doesNotContain("4/9");
  }

  @Test
  void redrawsAtMostFiveTimesASecond() {
    try (ProgressLine line = fixture.terminal(true, 100).progress("x", 0, 1000)) {
      for (int i = 0; i < 100; i++) {
        line.update(i, "");
        fixture.pass(0.01);
      }
    }
    assertThat(fixture.err().chars().filter(c -> c == '\r').count()).isEqualTo(6);
    assertThat(fixture.err()).contains("x  99/1000");
  }

  @Test
  void shorterLineErasesTheLongerOne() {
    try (ProgressLine line = fixture.terminal(true, 100).progress("x", 0, 2)) {
      line.update(0, "a suffix of some length");
      fixture.pass(1);
      line.update(1, "");
    }
    String[] drawn = fixture.err().split("\r", -1);
    assertThat(drawn[1]).isEqualTo("x  0/2  elapsed 0:00  a suffix of some length");
    assertThat(drawn[2])
        .hasSize(drawn[1].length())
        .startsWith("x  1/2  1.0/s  elapsed 0:01  left 0:01");
  }

  @Test
  void neverReachesTheLastColumn() {
    try (ProgressLine line = fixture.terminal(true, 20).progress("a long label", 0, 2)) {
      line.update(1, "and a suffix");
    }
    for (String drawn : fixture.err().strip().split("\r", -1)) {
      assertThat(drawn.length()).isLessThan(20);
    }
  }

  @Test
  void rateCountsFromTheStartOfAResumedRun() {
    try (ProgressLine line = fixture.terminal(true, 100).progress("x", 100, 110)) {
      fixture.pass(10);
      line.update(105, "");
    }
    assertThat(fixture.err()).contains("x  105/110  2.0 s each  elapsed 0:10  left 0:10");
  }

  @Test
  void longTimesShowHours() {
    try (ProgressLine line = fixture.terminal(true, 100).progress("x", 0, 4)) {
      fixture.pass(3661);
      line.update(1, "");
    }
    assertThat(fixture.err()).contains("elapsed 1:01:01  left 3:03:03");
  }

  @Test
  void isSilentWithoutATerminal() {
    try (ProgressLine line = fixture.terminal(false, 80).progress("x", 0, 10)) {
      fixture.pass(1);
      line.update(5, "half");
    }
    assertThat(fixture.err()).isEmpty();
  }
}
