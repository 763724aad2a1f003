package org.cycleqd.lm.text.jinja;

/**
 * A piece of a template.
 *
 * @param text what it says; of a string its value, of an operator or bracket its characters
 * @param line where it begins, from 1
 */
record Token(Kind kind, String text, int line) {

  enum Kind {
    DATA,
    OUTPUT_BEGIN,
    OUTPUT_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Kind other, String value) {
    return kind == other && text.equals(value);
  }

  boolean isOperator(String value) {
    return is(Kind.OPERATOR, value);
  }

  boolean isName(String value) {
    return is(Kind.NAME, value);
  }

  /** For messages. */
  String shown() {
    return switch (kind) {
      case END -> "the end of the template";
      case DATA -> "text";
      case STRING -> "a string";
      default -> "'" + text + "'";
    };
  }
}
