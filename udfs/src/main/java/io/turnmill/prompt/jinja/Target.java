package io.turnmill.prompt.jinja;

import java.util.List;

/** What a value can be assigned to. */
sealed interface Target {
  /** A variable. */
  record Variable(int id) implements Target {}

  /** An attribute of a namespace. */
  record Member(SourcePosition place, int id, String attribute) implements Target {}

  /** As many targets as the value has items. */
  record Unpacked(SourcePosition place, List<Target> parts) implements Target {}
}
