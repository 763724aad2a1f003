package org.cycleqd.task.db;

import java.math.BigDecimal;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Rows as Python writes what MySQL's driver there gives. */
final class PythonText {
  private static final double SMALLEST_PLAIN = 1e-4;
  private static final double LARGEST_PLAIN = 1e16;

  private PythonText() {}

  static String tuple(List<@Nullable Object> row) {
    StringJoiner cells = new StringJoiner(", ", "(", row.size() == 1 ? ",)" : ")");
    row.forEach(cell -> cells.add(cell(cell)));
    return cells.toString();
  }

  private static String cell(@Nullable Object value) {
    return switch (value) {
      case null -> "None";
      case BigDecimal exact -> "Decimal('" + exact.toPlainString() + "')";
      case Double number -> number(number);
      case Number number -> number.toString();
      default -> quoted(value.toString());
    };
  }

  private static String number(double value) {
    double size = Math.abs(value);
    boolean plain = size >= SMALLEST_PLAIN && size < LARGEST_PLAIN;
    return plain ? new BigDecimal(Double.toString(value)).toPlainString() : Double.toString(value);
  }

  private static String quoted(String value) {
    String text = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
    return text.contains("'") && !text.contains("\"")
        ? "\"" + text + "\""
        : "'" + text.replace("'", "\\'") + "'";
  }
}
