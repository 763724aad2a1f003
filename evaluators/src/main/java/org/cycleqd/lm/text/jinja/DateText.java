package org.cycleqd.lm.text.jinja;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes a date as C's {@code strftime} does in the plain locale. */
final class DateText {

  private DateText() {}

  static String of(ZonedDateTime time, String format) {
    StringBuilder text = new StringBuilder();
    int i = 0;
    while (i < format.length()) {
      char c = format.charAt(i++);
      if (c != '%') {
        text.append(c);
        continue;
      }
      boolean bare = format.startsWith("-", i);
      i += bare ? 1 : 0;
      if (i == format.length()) {
        throw new Refusal("strftime_now: found '%' at the end of the format");
      }
      String part = part(time, format.charAt(i++));
      text.append(bare ? part.replaceFirst("^0+(?=.)", "") : part);
    }
    return text.toString();
  }

  private static String part(ZonedDateTime time, char directive) {
    return switch (directive) {
      case '%' -> "%";
      case 'd' -> write(time, "dd");
      case 'b' -> write(time, "MMM");
      case 'B' -> write(time, "MMMM");
      case 'm' -> write(time, "MM");
      case 'y' -> write(time, "yy");
      case 'Y' -> write(time, "uuuu");
      case 'F' -> write(time, "uuuu-MM-dd");
      case 'a' -> write(time, "EEE");
      case 'A' -> write(time, "EEEE");
      case 'j' -> write(time, "DDD");
      case 'H' -> write(time, "HH");
      case 'I' -> write(time, "hh");
      case 'M' -> write(time, "mm");
      case 'S' -> write(time, "ss");
      case 'T' -> write(time, "HH:mm:ss");
      case 'p' -> write(time, "a");
      case 'z' -> write(time, "xx");
      default ->
          throw new Refusal("strftime_now: the directive %%%s is not known".formatted(directive));
    };
  }

  private static String write(ZonedDateTime time, String pattern) {
    return time.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
  }
}
