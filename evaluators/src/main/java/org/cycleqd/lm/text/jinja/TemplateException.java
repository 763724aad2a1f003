package org.cycleqd.lm.text.jinja;

/** A template that cannot be read or carried out, or that refuses what it was given. */
public final class TemplateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TemplateException(String template, int line, Refusal refusal) {
    super("%s: line %d: %s".formatted(template, line, refusal.getMessage()), refusal);
  }
}
