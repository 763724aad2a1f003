package org.cycleqd.spectral;

/** Says that a genome gives weights which are not finite or too large for their type. */
public final class WeightsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  WeightsException(String message) {
    super(message);
  }
}
