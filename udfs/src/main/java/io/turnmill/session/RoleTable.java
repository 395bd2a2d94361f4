package io.turnmill.session;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Tells which name in an archive means which role. Letter case and surrounding blanks do not
 * matter.
 */
public final class RoleTable {
  private static final RoleTable COMMON = new RoleTable(commonNames());

  private final Map<String, Role> roles;

  private RoleTable(Map<String, Role> roles) {
    this.roles = Map.copyOf(roles);
  }

  /** The names that are common in published archives, in English and Chinese. */
  public static RoleTable common() {
    return COMMON;
  }

  /** This table with further names; a name that is there already gets the new meaning. */
  public RoleTable with(Map<String, Role> additions) {
    Map<String, Role> all = new HashMap<>(roles);
    additions.forEach((name, role) -> all.put(normalized(name), role));
    return new RoleTable(all);
  }

  public Optional<Role> find(String name) {
    return Optional.ofNullable(roles.get(normalized(name)));
  }

  /** All names, lower case, with their meaning. */
  public Map<String, Role> names() {
    return roles;
  }

  private static String normalized(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Role> commonNames() {
    Map<Role, List<String>> names =
        Map.of(
            Role.SYSTEM,
            List.of("system", "developer", "系统"),
            Role.USER,
            List.of(
                "user", "human", "usr", "customer", "client", "visitor", "用户", "客户", "顾客", "访客"),
            Role.ASSISTANT,
            List.of(
                "assistant",
                "gpt",
                "chatgpt",
                "bot",
                "chatbot",
                "ai",
                "model",
                "agent",
                "function_call",
                "助手",
                "客服",
                "坐席",
                "机器人"),
            Role.TOOL,
            List.of("tool", "function", "observation", "ipython", "tool_response", "工具"));
    Map<String, Role> table = new HashMap<>();
    names.forEach((role, all) -> all.forEach(name -> table.put(name, role)));
    return table;
  }
}
