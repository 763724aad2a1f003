package org.cycleqd.lm.text.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a template into text and tags, with {@code trim_blocks} (a line break after a block tag
 * goes) and {@code lstrip_blocks} (blanks between the start of a line and a block tag go).
 */
final class Lexer {

  private static final String SPACE =
      "[\\s\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
  private static final Pattern OPENING = Pattern.compile("\\{(?:%|\\{|#)[-+]?");
  private static final Pattern RAW =
      Pattern.compile("\\{%[-+]?" + SPACE + "*raw" + SPACE + "*(?:-%\\}" + SPACE + "*|%\\})");
  private static final Pattern END_OF_RAW =
      Pattern.compile(
          "\\{%([-+]?)" + SPACE + "*endraw" + SPACE + "*(?:\\+%\\}|-%\\}" + SPACE + "*|%\\}\\n?)");
  private static final Pattern END_OF_COMMENT =
      Pattern.compile("\\+#\\}|-#\\}" + SPACE + "*|#\\}\\n?");
  private static final Pattern END_OF_BLOCK =
      Pattern.compile("\\+%\\}|-%\\}" + SPACE + "*|%\\}\\n?");
  private static final Pattern END_OF_OUTPUT = Pattern.compile("-\\}\\}" + SPACE + "*|\\}\\}");
  private static final Pattern BLANKS = Pattern.compile(SPACE + "+");
  private static final Pattern FLOAT =
      Pattern.compile("(?:\\d+_)*\\d+(?:(?:\\.(?:\\d+_)*\\d+)?[eE][+-]?\\d+|\\.(?:\\d+_)*\\d+)");
  private static final Pattern INTEGER = Pattern.compile("[1-9](?:_?\\d)*|0(?:_?0)*");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}\\p{M}_]*");
  private static final Pattern STRING =
      Pattern.compile(
          "'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"",
          Pattern.DOTALL);
  private static final Pattern OPERATOR =
      Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+*/%~\\[\\](){}<>=.:|,;]");

  private final String source;
  private final Matcher matcher;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private int counted;

  private Lexer(String source) {
    this.source = source;
    this.matcher = END_OF_BLOCK.matcher(source);
  }

  /** The tokens of a template's text; the last one is its end. */
  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    Lexer lexer =
        new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
    try {
      lexer.run();
    } catch (Refusal refusal) {
      throw new Located(lexer.lineAt(lexer.position), refusal);
    }
    return lexer.tokens;
  }

  private void run() {
    matcher.usePattern(OPENING);
    while (matcher.find(position)) {
      String opening = matcher.group();
      int begin = matcher.start();
      boolean isOutput = opening.charAt(1) == '{';
      text(begin, opening, isOutput);
      position = begin;
      if (at(RAW)) {
        raw();
      } else if (opening.charAt(1) == '#') {
        position = begin + 2;
        matcher.usePattern(END_OF_COMMENT);
        if (!matcher.find(position)) {
          throw new Refusal("a comment that does not end");
        }
        position = matcher.end();
      } else {
        position = begin + opening.length();
        add(
            isOutput ? Token.Kind.OUTPUT_BEGIN : Token.Kind.BLOCK_BEGIN,
            opening.substring(0, 2),
            begin);
        tag(isOutput);
      }
      matcher.usePattern(OPENING);
    }
    text(source.length(), "", true);
    add(Token.Kind.END, "", source.length());
  }

  /** The text up to a tag, less what the tag's sign and the stripping of lines take. */
  private void text(int end, String opening, boolean isOutput) {
    String text = source.substring(position, end);
    if (opening.endsWith("-")) {
      text = Characters.strip(text, false, true, Characters::isSpace);
    } else if (!opening.endsWith("+") && !isOutput) {
      int start = text.lastIndexOf('\n') + 1;
      boolean isLine = start > 0 || position == 0 || source.charAt(position - 1) == '\n';
      if (isLine && text.substring(start).codePoints().allMatch(Characters::isSpace)) {
        text = text.substring(0, start);
      }
    }
    if (!text.isEmpty()) {
      add(Token.Kind.DATA, text, position);
    }
  }

  private void raw() {
    int begin = matcher.end();
    matcher.usePattern(END_OF_RAW);
    if (!matcher.find(begin)) {
      throw new Refusal("a raw block that does not end");
    }
    int end = matcher.end();
    String sign = matcher.group(1);
    int stop = matcher.start();
    position = begin;
    text(stop, "{%" + sign, false);
    position = end;
  }

  private void tag(boolean isOutput) {
    Pattern ending = isOutput ? END_OF_OUTPUT : END_OF_BLOCK;
    Deque<Character> brackets = new ArrayDeque<>();
    while (true) {
      if (brackets.isEmpty() && at(ending)) {
        add(
            isOutput ? Token.Kind.OUTPUT_END : Token.Kind.BLOCK_END,
            isOutput ? "}}" : "%}",
            position);
        position = matcher.end();
        return;
      }
      if (at(BLANKS)) {
        position = matcher.end();
      } else if (position == source.length()) {
        throw new Refusal("a tag that does not end");
      } else {
        token(brackets);
      }
    }
  }

  private void token(Deque<Character> brackets) {
    if (at(FLOAT)) {
      add(Token.Kind.FLOAT, matcher.group().replace("_", ""), position);
    } else if (at(INTEGER)) {
      add(Token.Kind.INTEGER, matcher.group().replace("_", ""), position);
    } else if (at(NAME)) {
      add(Token.Kind.NAME, matcher.group(), position);
    } else if (at(STRING)) {
      String quoted = matcher.group();
      add(Token.Kind.STRING, Escapes.resolve(quoted.substring(1, quoted.length() - 1)), position);
    } else if (at(OPERATOR)) {
      String operator = matcher.group();
      add(Token.Kind.OPERATOR, operator, position);
      balance(operator.charAt(0), brackets);
    } else {
      throw new Refusal(
          "found '%s', expected an expression"
              .formatted(Character.toString(source.codePointAt(position))));
    }
    position = matcher.end();
  }

  private static void balance(char bracket, Deque<Character> brackets) {
    switch (bracket) {
      case '(' -> brackets.push(')');
      case '[' -> brackets.push(']');
      case '{' -> brackets.push('}');
      case ')', ']', '}' -> {
        if (brackets.isEmpty() || brackets.pop() != bracket) {
          throw new Refusal("found '%s' without its opening bracket".formatted(bracket));
        }
      }
      default -> {}
    }
  }

  private boolean at(Pattern pattern) {
    return matcher.usePattern(pattern).region(position, source.length()).lookingAt();
  }

  private void add(Token.Kind kind, String text, int begin) {
    tokens.add(new Token(kind, text, lineAt(begin)));
  }

  /** Places are asked for in order, so that every line break is counted once. */
  private int lineAt(int place) {
    for (; counted < place; counted++) {
      line += source.charAt(counted) == '\n' ? 1 : 0;
    }
    return line;
  }
}
