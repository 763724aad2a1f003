package org.cycleqd.lm.text.jinja;

/** Why a template cannot go on; whoever knows the place makes a {@link TemplateException} of it. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  Refusal(String reason) {
    super(reason);
  }
}
