package io.turnmill.testing;

/**
 * Where the tests of models run them: {@code cpu}, unless {@code -Dturnmill.test.device=cuda:0}
 * asks for another.
 */
public final class TestDevice {
  public static final String NAME = System.getProperty("turnmill.test.device", "cpu");

  public static final boolean IS_CPU = NAME.equals("cpu");

  private TestDevice() {}
}
