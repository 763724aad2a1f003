package org.cycleqd.task.maths;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;

/**
 * Computes an expression in normalised LaTeX by recursive descent: sums, products (also without a
 * sign), fractions, powers, roots, absolute values, factorials, binomials and the usual functions.
 */
final class Latex {

  /** Says that a text is not an expression that is known here. */
  static final class NotNumericException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotNumericException(String text) {
      super("no expression: " + text, null, false, false);
    }
  }

  private static final int MOST_CHARACTERS = 2000;
  private static final Map<String, DoubleUnaryOperator> FUNCTIONS =
      Map.ofEntries(
          Map.entry("sin", Math::sin),
          Map.entry("cos", Math::cos),
          Map.entry("tan", Math::tan),
          Map.entry("cot", x -> 1 / Math.tan(x)),
          Map.entry("sec", x -> 1 / Math.cos(x)),
          Map.entry("csc", x -> 1 / Math.sin(x)),
          Map.entry("arcsin", Math::asin),
          Map.entry("arccos", Math::acos),
          Map.entry("arctan", Math::atan),
          Map.entry("ln", Math::log),
          Map.entry("log", Math::log10));
  private static final Set<String> LETTERS =
      Set.of("alpha", "beta", "gamma", "theta", "lambda", "mu", "omega", "phi", "sigma", "varphi");

  private final String text;
  private final Map<String, Complex> variables;
  private int at;

  private Latex(String text, Map<String, Complex> variables) {
    this.text = text;
    this.variables = variables;
  }

  /**
   * The value of an expression.
   *
   * @param variables values of letters; letters without one are an error, but for {@code e}, {@code
   *     i} and {@code \pi}
   * @throws NotNumericException if the text is no such expression, or its value is not finite
   */
  static Complex value(String text, Map<String, Complex> variables) {
    if (text.length() > MOST_CHARACTERS) {
      throw new NotNumericException("too long");
    }
    Latex latex = new Latex(text, variables);
    Complex value;
    try {
      value = latex.sum();
    } catch (StackOverflowError e) {
      throw new NotNumericException("nested too deeply");
    }
    latex.skip();
    if (latex.at < text.length() || !value.finite()) {
      throw latex.refusal();
    }
    return value;
  }

  /** The letters of a text that may be variables. */
  static Set<String> letters(String text) {
    Set<String> letters = new TreeSet<>();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        int end = i + 1;
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
          end++;
        }
        String name = text.substring(i + 1, end);
        if (LETTERS.contains(name)) {
          letters.add(name);
        }
        i = Math.max(i, end - 1);
      } else if (Character.isLetter(text.charAt(i))) {
        letters.add(text.substring(i, i + 1));
      }
    }
    return letters;
  }

  private NotNumericException refusal() {
    return new NotNumericException(text);
  }

  private void skip() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private boolean take(String token) {
    skip();
    if (!text.startsWith(token, at)) {
      return false;
    }
    int end = at + token.length();
    boolean word = token.length() > 1 && Character.isLetter(token.charAt(token.length() - 1));
    if (word && end < text.length() && Character.isLetter(text.charAt(end))) {
      return false;
    }
    at = end;
    return true;
  }

  private void need(String token) {
    if (!take(token)) {
      throw refusal();
    }
  }

  private char next() {
    skip();
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private Complex sum() {
    Complex value = signed();
    while (true) {
      if (take("+")) {
        value = value.plus(product());
      } else if (take("-") || take("\u2212")) {
        value = value.minus(product());
      } else {
        return value;
      }
    }
  }

  private Complex signed() {
    if (take("-") || take("\u2212")) {
      return signed().negative();
    }
    take("+");
    return product();
  }

  private Complex product() {
    // A whole number before a fraction of whole numbers is a mixed number.
    boolean whole = Character.isDigit(next());
    Complex value = power();
    if (whole && text.startsWith("\\frac", at) && value.re() == Math.rint(value.re())) {
      Complex fraction = power();
      boolean proper = fraction.im() == 0 && Math.abs(fraction.re()) < 1;
      value = proper && digitsOnly() ? value.plus(fraction) : value.times(fraction);
    }
    while (true) {
      if (take("*")) {
        value = value.times(signedFactor());
      } else if (take("/") || take("\\div")) {
        value = value.over(signedFactor());
      } else if (startsFactor()) {
        value = value.times(power());
      } else {
        return value;
      }
    }
  }

  /** Whether the fraction just read is of digits alone. */
  private boolean digitsOnly() {
    int from = text.lastIndexOf("\\frac", at);
    return text.substring(from + 5, at).matches("[\\d{} ]+");
  }

  private Complex signedFactor() {
    return take("-") ? power().negative() : power();
  }

  private boolean startsFactor() {
    char c = next();
    if (c == '\\') {
      return !text.startsWith("\\}", at)
          && !text.startsWith("\\rfloor", at)
          && !text.startsWith("\\rceil", at)
          && !text.startsWith("\\pm", at);
    }
    return Character.isLetterOrDigit(c) || c == '(' || c == '{' || c == '[';
  }

  private Complex power() {
    Complex base = postfix(atom());
    if (take("^")) {
      return base.power(argument());
    }
    return base;
  }

  private Complex postfix(Complex value) {
    if (next() == '!' && !text.startsWith("!=", at)) {
      at++;
      return Complex.real(factorial(value));
    }
    return value;
  }

  private double factorial(Complex value) {
    if (value.im() != 0
        || value.re() < 0
        || value.re() > 170
        || value.re() != Math.rint(value.re())) {
      throw refusal();
    }
    double product = 1;
    for (int i = 2; i <= value.re(); i++) {
      product *= i;
    }
    return product;
  }

  /** An exponent or a part of a fraction: in braces, or one character. */
  private Complex argument() {
    char c = next();
    if (c == '{') {
      return group("{", "}");
    }
    if (c == '-') {
      at++;
      return argument().negative();
    }
    if (Character.isDigit(c)) {
      at++;
      return Complex.real(c - '0');
    }
    return atom();
  }

  private Complex group(String open, String close) {
    need(open);
    Complex value = sum();
    need(close);
    return value;
  }

  private Complex atom() {
    char c = next();
    if (Character.isDigit(c) || c == '.') {
      return number();
    }
    if (c == '(') {
      return group("(", ")");
    }
    if (c == '[') {
      return group("[", "]");
    }
    if (c == '{') {
      return group("{", "}");
    }
    if (c == '|') {
      at++;
      Complex inside = sum();
      need("|");
      return Complex.real(inside.size());
    }
    if (c == '\\') {
      return command();
    }
    if (Character.isLetter(c)) {
      at++;
      return letter(String.valueOf(c));
    }
    throw refusal();
  }

  private Complex letter(String name) {
    Complex value = variables.get(name);
    if (value != null) {
      return value;
    }
    return switch (name) {
      case "e" -> Complex.real(Math.E);
      case "i" -> Complex.I;
      default -> throw refusal();
    };
  }

  private Complex number() {
    int start = at;
    while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
    try {
      return Complex.real(Double.parseDouble(text.substring(start, at)));
    } catch (NumberFormatException e) {
      throw refusal();
    }
  }

  private Complex command() {
    int end = at + 1;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    String name = text.substring(at + 1, end);
    at = end;
    return switch (name) {
      case "pi" -> Complex.real(Math.PI);
      case "frac" -> {
        Complex above = argument();
        yield above.over(argument());
      }
      case "binom", "dbinom", "tbinom" -> {
        Complex n = argument();
        yield Complex.real(choose(n, argument()));
      }
      case "sqrt" -> {
        double degree = 2;
        if (take("[")) {
          degree = sum().re();
          need("]");
        }
        yield root(argument(), degree);
      }
      case "lvert", "vert" -> {
        Complex inside = sum();
        if (!take("\\rvert")) {
          need("\\vert");
        }
        yield Complex.real(inside.size());
      }
      case "lfloor" -> rounded("\\rfloor", Math::floor);
      case "lceil" -> rounded("\\rceil", Math::ceil);
      default -> LETTERS.contains(name) ? letter(name) : function(name);
    };
  }

  private Complex rounded(String close, DoubleUnaryOperator rounding) {
    Complex inside = sum();
    need(close);
    return Complex.real(rounding.applyAsDouble(inside.re()));
  }

  private Complex root(Complex value, double degree) {
    if (value.im() == 0 && value.re() < 0 && degree % 2 != 0) {
      return Complex.real(-Math.pow(-value.re(), 1 / degree));
    }
    if (value.im() == 0 && value.re() < 0 && degree == 2) {
      return new Complex(0, Math.sqrt(-value.re()));
    }
    return degree == 2 && value.im() == 0
        ? Complex.real(Math.sqrt(value.re()))
        : value.power(Complex.real(1 / degree));
  }

  private double choose(Complex n, Complex k) {
    return factorial(n) / (factorial(k) * factorial(n.minus(k)));
  }

  private Complex function(String name) {
    DoubleUnaryOperator function = FUNCTIONS.get(name);
    if (function == null) {
      throw refusal();
    }
    double base = 0;
    if (name.equals("log") && take("_")) {
      base = argument().re();
    }
    Complex exponent = take("^") ? argument() : Complex.ONE;
    boolean inverse = exponent.im() == 0 && exponent.re() == -1;
    if (inverse) {
      function = FUNCTIONS.get("arc" + name);
      exponent = Complex.ONE;
    }
    if (function == null) {
      throw refusal();
    }
    char c = next();
    Complex argument = c == '(' || c == '{' ? power() : functionArgument();
    if (argument.im() != 0) {
      throw refusal();
    }
    double value =
        base == 0
            ? function.applyAsDouble(argument.re())
            : Math.log(argument.re()) / Math.log(base);
    return Complex.real(value).power(exponent);
  }

  /** Without brackets a function takes the factors after it: {@code \sin 2x}. */
  private Complex functionArgument() {
    Complex value = signedFactor();
    while (Character.isLetterOrDigit(next()) || text.startsWith("\\pi", at)) {
      value = value.times(power());
    }
    return value;
  }
}
