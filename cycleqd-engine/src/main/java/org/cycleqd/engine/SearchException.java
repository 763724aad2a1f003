package org.cycleqd.engine;

/** Says that a search cannot go on. What the journal holds is kept; running again continues it. */
public final class SearchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SearchException(String message, Throwable cause) {
    super(message, cause);
  }

  SearchException(String message) {
    super(message);
  }
}
