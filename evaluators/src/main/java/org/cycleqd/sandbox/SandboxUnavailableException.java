package org.cycleqd.sandbox;

/** Says that isolation, or a program that must run isolated, is missing, and what to install. */
public final class SandboxUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Carries a message that tells the reader what to do. */
  public SandboxUnavailableException(String message) {
    super(message);
  }
}
