package org.cycleqd.experiment;

/** A record component outside its allowed values. */
final class InvalidFieldException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String field;
  private final String problem;

  /**
   * Reports a component.
   *
   * @param field the key, or a path of keys, seen from the record
   * @param problem what is wrong, to be read after the field's name
   */
  InvalidFieldException(String field, String problem) {
    super(field + " " + problem);
    this.field = field;
    this.problem = problem;
  }

  String field() {
    return field;
  }

  String problem() {
    return problem;
  }
}
