package org.cycleqd.tensor;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes in decimal units, as disks and model hubs count them. */
public final class ByteSize {

  private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB", "PB", "EB");

  private static final Pattern SIZE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) *([A-Za-z]*)");

  private ByteSize() {}

  /** For example {@code 16.06 GB} or {@code 512 B}. */
  public static String of(double bytes) {
    int unit = unit(bytes);
    return unit == 0
        ? String.format(Locale.ROOT, "%.0f B", bytes)
        : String.format(Locale.ROOT, "%.2f %s", scaled(bytes, unit), UNITS.get(unit));
  }

  /** A part and its whole in the whole's unit, for example {@code 3.2/16.1 GB}. */
  public static String ofPair(long part, long whole) {
    int unit = unit((double) whole);
    return unit == 0
        ? String.format(Locale.ROOT, "%d/%d B", part, whole)
        : String.format(
            Locale.ROOT,
            "%.1f/%.1f %s",
            scaled((double) part, unit),
            scaled((double) whole, unit),
            UNITS.get(unit));
  }

  /**
   * Reads a size such as {@code 500MB}, {@code 1.5 GB} or {@code 4096}; empty if it is not one, or
   * not from 1 byte to 2^63-1.
   */
  public static Optional<Long> parse(String text) {
    Matcher size = SIZE.matcher(text.strip());
    if (!size.matches()) {
      return Optional.empty();
    }
    String unit = size.group(2).toUpperCase(Locale.ROOT);
    int power = UNITS.stream().map(known -> known.toUpperCase(Locale.ROOT)).toList().indexOf(unit);
    double bytes = Double.parseDouble(size.group(1)) * Math.pow(1000, unit.isEmpty() ? 0 : power);
    return (power < 0 && !unit.isEmpty()) || bytes < 1 || bytes >= Long.MAX_VALUE
        ? Optional.empty()
        : Optional.of((long) bytes);
  }

  private static int unit(double bytes) {
    int unit = 0;
    // 999,995 would round to 1000.00 kB.
    while (unit < UNITS.size() - 1 && scaled(bytes, unit) >= (unit == 0 ? 1000 : 999.995)) {
      unit++;
    }
    return unit;
  }

  private static double scaled(double bytes, int unit) {
    return bytes / Math.pow(1000, unit);
  }
}
