package org.cycleqd.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A plain-text table: columns two spaces apart, numbers right-aligned, a rule under the header.
 *
 * @param header the columns' titles
 * @param rows cells, as many in each row as there are titles
 */
public record TextTable(List<String> header, List<List<String>> rows) {

  // A number may carry a sign, a unit mark and a spread: "-0.51", "38.2 %", "0.64 ± 0.02",
  // "1.2e-5".
  private static final String NUMBER = "[-+]?[0-9][0-9.,]*([eE][-+]?[0-9]+)?( ?%)?( ?± ?[0-9.,]+)?";
  private static final String GAP = "  ";

  /** Copies the cells and checks their number. */
  public TextTable {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      if (row.size() != header.size()) {
        throw new IllegalArgumentException(
            "a row of %d cells in a table of %d columns".formatted(row.size(), header.size()));
      }
    }
  }

  /** An empty table. */
  public static TextTable of(String... header) {
    return new TextTable(Arrays.asList(header), List.of());
  }

  /** This table with one more row; a cell may be empty. */
  public TextTable with(String... cells) {
    List<List<String>> longer = new ArrayList<>(rows);
    longer.add(Arrays.asList(cells));
    return new TextTable(header, longer);
  }

  /** The lines of the table without trailing spaces, each ended by a line feed. */
  public String render() {
    List<String> lines = new ArrayList<>();
    lines.add(line(header));
    lines.add(line(columns().mapToObj(column -> "-".repeat(width(column))).toList()));
    rows.forEach(row -> lines.add(line(row)));
    return lines.stream().map(line -> line.stripTrailing() + "\n").collect(Collectors.joining());
  }

  private IntStream columns() {
    return IntStream.range(0, header.size());
  }

  private String line(List<String> cells) {
    return columns()
        .mapToObj(column -> pad(cells.get(column), width(column), numeric(column)))
        .collect(Collectors.joining(GAP));
  }

  private int width(int column) {
    return Math.max(
        header.get(column).length(),
        rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
  }

  private boolean numeric(int column) {
    List<String> cells =
        rows.stream().map(row -> row.get(column)).filter(cell -> !cell.isEmpty()).toList();
    return !cells.isEmpty()
        && cells.stream().allMatch(cell -> cell.matches(NUMBER) || cell.equals("-"));
  }

  private static String pad(String cell, int width, boolean right) {
    String space = " ".repeat(width - cell.length());
    return right ? space + cell : cell + space;
  }
}
