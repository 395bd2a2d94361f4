package io.turnmill.job.config;

import io.turnmill.session.Role;

/** The types of value that several sections of settings share. */
final class Types {
  static final SettingType<Boolean> FLAG = new ScalarTypes.Flag();
  static final SettingType<String> PATH = new ScalarTypes.Text("path", false);
  static final SettingType<String> OPTIONAL_PATH = new ScalarTypes.Text("path", true);
  static final SettingType<String> OPTIONAL_TEXT = new ScalarTypes.Text("text", true);
  static final SettingType<String> OPTIONAL_NAME = new ScalarTypes.Text("field name", true);
  static final SettingType<Double> SHARE = new ScalarTypes.Real(0, false, 1);
  static final SettingType<Role> ROLE = new ScalarTypes.Choice<>(Role.class);

  /** 0 stands for "computed". */
  static final SettingType<Integer> COUNT_OR_AUTO = countFrom(0);

  private Types() {}

  static SettingType<Integer> countFrom(int min) {
    return new ScalarTypes.Int(min, Integer.MAX_VALUE);
  }

  static <E extends Enum<E>> SettingType<E> oneOf(Class<E> type) {
    return new ScalarTypes.Choice<>(type);
  }
}
