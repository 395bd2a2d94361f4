package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers the names of variables of one template, so that looking one up compares numbers. */
final class Symbols {
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<String> names = new ArrayList<>();

  int id(String name) {
    return ids.computeIfAbsent(
        name,
        added -> {
          names.add(added);
          return names.size() - 1;
        });
  }

  List<String> names() {
    return List.copyOf(names);
  }
}
