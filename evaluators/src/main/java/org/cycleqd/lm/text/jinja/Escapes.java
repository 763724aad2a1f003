package org.cycleqd.lm.text.jinja;

/** The escapes of Python's strings. */
final class Escapes {

  private static final int OCTAL_DIGITS = 3;

  private Escapes() {}

  /** The value of a string that is written like this between its quotes. */
  static String resolve(String written) {
    StringBuilder text = new StringBuilder();
    int i = 0;
    while (i < written.length()) {
      char c = written.charAt(i);
      if (c != '\\') {
        text.append(c);
        i++;
        continue;
      }
      char escape = written.charAt(i + 1);
      i += 2;
      switch (escape) {
        case 'x' -> i = code(written, i, 2, text);
        case 'u' -> i = code(written, i, 4, text);
        case 'U' -> i = code(written, i, 8, text);
        case 'N' -> throw new Refusal("character names in strings are not known");
        case '0', '1', '2', '3', '4', '5', '6', '7' -> i = octal(written, i - 1, text);
        default -> text.append(simple(escape));
      }
    }
    return text.toString();
  }

  private static String simple(char escape) {
    return switch (escape) {
      case '\n' -> "";
      case '\\', '\'', '"' -> Character.toString(escape);
      case 'a' -> "\u0007";
      case 'b' -> "\b";
      case 'f' -> "\f";
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 't' -> "\t";
      case 'v' -> "\u000b";
      default -> "\\" + escape;
    };
  }

  private static int code(String written, int from, int digits, StringBuilder text) {
    try {
      text.appendCodePoint(Integer.parseUnsignedInt(written, from, from + digits, 16));
      return from + digits;
    } catch (RuntimeException e) {
      throw (Refusal)
          new Refusal("an escape in a string: expected %d hexadecimal digits".formatted(digits))
              .initCause(e);
    }
  }

  private static int octal(String written, int from, StringBuilder text) {
    int to = from;
    while (to < written.length()
        && to < from + OCTAL_DIGITS
        && Character.digit(written.charAt(to), 8) >= 0) {
      to++;
    }
    text.appendCodePoint(Integer.parseInt(written, from, to, 8));
    return to;
  }
}
