package io.turnmill.job;

/**
 * More sessions failed, or were rejected, than the limits allow, whatever becomes of the others.
 */
final class TooManyException extends RuntimeException {
  private static final long serialVersionUID = 1L;
}
