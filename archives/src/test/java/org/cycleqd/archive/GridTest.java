package org.cycleqd.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class GridTest {

  private static final Grid GRID =
      new Grid(List.of(Axis.of("a", 0, 3, 3), Axis.of("b", 0, 4, 4), Axis.of("c", 0, 5, 5)));

  @Test
  void numbersCellsWithTheLastAxisFastest() {
    assertThat(GRID.cells()).isEqualTo(60);
    assertThat(GRID.cell(0, 0, 1)).isEqualTo(1);
    assertThat(GRID.cell(0, 1, 0)).isEqualTo(5);
    assertThat(GRID.cell(1, 0, 0)).isEqualTo(20);
    assertThat(GRID.cell(2, 3, 4)).isEqualTo(59);
  }

  @Test
  void binsInvertCells() {
    for (int cell = 0; cell < GRID.cells(); cell++) {
      List<Integer> bins = GRID.bins(cell);
      assertThat(GRID.cell(bins.get(0), bins.get(1), bins.get(2))).isEqualTo(cell);
    }
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> GRID.bins(60));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> GRID.bins(-1));
  }

  @Test
  void agreesWithTheRecordedCells() throws Exception {
    for (JsonNode example : Oracle.json("grid_edges/multi.json")) {
      Grid grid = new Grid(Oracle.axes(example.get("dims"), example.get("ranges")));
      for (int p = 0; p < example.get("points").size(); p++) {
        int cell = grid.cell(Oracle.doubles(example.get("points").get(p)));
        assertThat(cell).isEqualTo(example.get("index").get(p).asInt());
        assertThat(grid.bins(cell).stream().mapToDouble(Integer::doubleValue).toArray())
            .isEqualTo(Oracle.doubles(example.get("grid").get(p)));
      }
    }
  }

  @Test
  void refusesBadInput() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Grid(List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Grid(Collections.nCopies(12, Axis.of("a", 0, 1, 15))))
        .withMessageContaining("more than");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GRID.cell(0, 1))
        .withMessageContaining("3 axes got 2 scores");
  }
}
