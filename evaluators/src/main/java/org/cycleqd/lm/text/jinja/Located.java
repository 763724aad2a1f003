package org.cycleqd.lm.text.jinja;

/** A refusal with the line that it happened on. */
final class Located extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int line;
  private final transient Refusal refusal;

  Located(int line, Refusal refusal) {
    super(refusal);
    this.line = line;
    this.refusal = refusal;
  }

  TemplateException in(String template) {
    return new TemplateException(template, line, refusal);
  }
}
