package org.cycleqd.report;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** How a report writes numbers and lists. */
final class ReportText {

  private static final String UNKNOWN = "\u2013";

  private ReportText() {}

  /** A fraction in percent. */
  static String percent(double fraction) {
    return Double.isFinite(fraction) ? String.format(Locale.ROOT, "%.1f", 100 * fraction) : UNKNOWN;
  }

  /** A difference of fractions in percentage points, always with its sign. */
  static String points(double difference) {
    if (!Double.isFinite(difference)) {
      return UNKNOWN;
    }
    String text = String.format(Locale.ROOT, "%+.1f", 100 * difference);
    return text.equals("-0.0") ? "+0.0" : text.replace('-', '\u2212');
  }

  static String ratio(double ratio) {
    return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.2f", ratio) : UNKNOWN;
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  static String duration(Duration duration) {
    if (duration.toHours() > 0) {
      return "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
    }
    if (duration.toMinutes() > 0) {
      return "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
    }
    return "%d s".formatted(duration.toSeconds());
  }

  /** Names joined by commas and a last "and". */
  static String list(List<String> names) {
    if (names.size() < 2) {
      return String.join("", names);
    }
    return String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
  }

  /** A number with a noun: {@code 1 child}, {@code 2 children}. */
  static String counted(long count, String one, String many) {
    return count(count) + " " + (count == 1 ? one : many);
  }
}
