package org.cycleqd.task;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How probable a text is.
 *
 * @param logProbability natural logarithm, at most 0
 * @param tokens how many it has
 * @param bytes its length in UTF-8
 */
public record TextMeasure(double logProbability, long tokens, long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\S+) nats, (\\d+) tokens, (\\d+) bytes");

  /** Checks that there is a text. */
  public TextMeasure {
    if (tokens < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "a text needs tokens and bytes, found %d and %d".formatted(tokens, bytes));
    }
  }

  /** The measure of two texts together. */
  public TextMeasure plus(TextMeasure other) {
    return new TextMeasure(
        logProbability + other.logProbability, tokens + other.tokens, bytes + other.bytes);
  }

  /** Bits that an ideal code by this model needs for a byte. */
  public double bitsPerByte() {
    return -logProbability / Math.log(2) / bytes;
  }

  /** The inverse of the mean probability of a token, geometrically. */
  public double perplexity() {
    return Math.exp(-logProbability / tokens);
  }

  /** The mean probability of a byte, geometrically: a fraction in [0, 1]. */
  public double score() {
    return Math.min(1, Math.exp(logProbability / bytes));
  }

  /** The measure as an answer. */
  @Override
  public String toString() {
    return "%s nats, %d tokens, %d bytes".formatted(logProbability, tokens, bytes);
  }

  /**
   * Reads an answer.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static TextMeasure parse(String answer) {
    Matcher form = FORM.matcher(answer);
    if (!form.matches()) {
      throw new IllegalArgumentException("'%s' is not the measure of a text".formatted(answer));
    }
    return new TextMeasure(
        Double.parseDouble(form.group(1)),
        Long.parseLong(form.group(2)),
        Long.parseLong(form.group(3)));
  }
}
