package io.turnmill.model;

/** A setting asks for what the model does not allow; the message begins with the setting's name. */
public final class SettingException extends ModelException {
  private static final long serialVersionUID = 1L;

  public SettingException(String message) {
    super(message);
  }
}
