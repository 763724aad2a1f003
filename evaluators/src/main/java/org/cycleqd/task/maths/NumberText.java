package org.cycleqd.task.maths;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the number that a text ends up with. */
final class NumberText {
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<sign>(?<![\\w)\\]}])[-\u2212\u2013])?\\s?\\\\?[$\u20ac\u00a3]?\\s?(?<lateSign>(?<=[$\u20ac\u00a3]\\s?)[-\u2212])?"
              + "(?<whole>\\d{1,3}(?:(?:,|\\{,\\}|,\\\\!)\\d{3})+(?!\\d)|\\d+)?(?<decimals>\\.\\d+)?"
              + "(?:/(?<divisor>[1-9]\\d*)(?![\\d.]))?");
  private static final Pattern MARK =
      Pattern.compile("####|\\banswer(?:\\s+is)?\\s*:?", Pattern.CASE_INSENSITIVE);

  private NumberText() {}

  /**
   * The answer in a text: in a box, else the first number after the last {@code ####}, else the
   * first after the last mention of the answer, else the last of all.
   */
  static Optional<BigDecimal> answer(String text) {
    Optional<String> boxed = Boxed.last(text);
    if (boxed.isPresent()) {
      return last(boxed.get());
    }
    int marked = text.lastIndexOf("####");
    if (marked >= 0) {
      return first(text.substring(marked + 4));
    }
    String after = null;
    Matcher marks = MARK.matcher(text);
    while (marks.find()) {
      after = text.substring(marks.end());
    }
    Optional<BigDecimal> told = after == null ? Optional.empty() : first(after);
    return told.isPresent() ? told : last(text);
  }

  private static Optional<BigDecimal> first(String text) {
    Matcher numbers = NUMBER.matcher(text);
    while (numbers.find()) {
      Optional<BigDecimal> value = value(numbers);
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }

  private static Optional<BigDecimal> last(String text) {
    Optional<BigDecimal> last = Optional.empty();
    Matcher numbers = NUMBER.matcher(text);
    while (numbers.find()) {
      Optional<BigDecimal> value = value(numbers);
      last = value.isPresent() ? value : last;
    }
    return last;
  }

  private static Optional<BigDecimal> value(Matcher found) {
    String whole = found.group("whole");
    String decimals = found.group("decimals");
    if ((whole == null && decimals == null) || found.group().length() > 1000) {
      return Optional.empty();
    }
    String digits = whole == null ? "0" : whole.replaceAll("\\D", "");
    BigDecimal value = new BigDecimal(digits + (decimals == null ? "" : decimals));
    String divisor = found.group("divisor");
    if (divisor != null) {
      value = value.divide(new BigDecimal(divisor), MathContext.DECIMAL64);
    }
    boolean negative = found.group("sign") != null || found.group("lateSign") != null;
    return Optional.of(negative ? value.negate() : value);
  }
}
