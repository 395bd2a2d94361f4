package io.turnmill.prompt.jinja;

/**
 * A token of a template.
 *
 * @param text the name, the operator, the data or the value of the string
 * @param value of a number, else null
 */
record Token(TokenType kind, String text, Object value, SourcePosition place) {
  enum TokenType {
    DATA,
    PRINT_BEGIN,
    PRINT_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    NUMBER,
    OPERATOR,
    END
  }

  boolean is(TokenType wanted, String wantedText) {
    return kind == wanted && text.equals(wantedText);
  }

  boolean isName(String name) {
    return is(TokenType.NAME, name);
  }

  boolean isOperator(String operator) {
    return is(TokenType.OPERATOR, operator);
  }

  String described() {
    return switch (kind) {
      case NAME, OPERATOR -> "'" + text + "'";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case DATA -> "text";
      case PRINT_BEGIN -> "'{{'";
      case PRINT_END -> "'}}'";
      case BLOCK_BEGIN -> "'{%'";
      case BLOCK_END -> "'%}'";
      case END -> "the end of the template";
    };
  }
}
