package io.turnmill.job.config;

import com.typesafe.config.ConfigValue;

/** What a setting takes: reads it and says it in words. */
interface SettingType {

  /** The checked value; numbers and flags may also come as text, as from the command line. */
  Object read(ConfigValue value) throws WrongValueException;

  /** The values in words, such as "whole number from 1", for lists of settings and for errors. */
  String values();

  /** Whether the setting is a map with keys of the user's own. */
  default Keys keys() {
    return Keys.NONE;
  }

  /** The keys below a setting. */
  enum Keys {
    /** A single value. */
    NONE,
    /** A map: one level of keys; what lies deeper belongs to the value. */
    ONE_LEVEL,
    /** A map whose keys hold dots, as those of Spark do: all levels joined. */
    JOINED
  }
}
