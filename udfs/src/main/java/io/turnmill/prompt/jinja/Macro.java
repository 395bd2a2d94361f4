package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A macro, or the body of a {@code call} block, with the scope it was defined in. */
final class Macro implements Invocable {
  private final Stmt.Signature signature;
  private final VariableScope definedIn;
  private final Renderer renderer;

  Macro(Stmt.Signature signature, VariableScope definedIn, Renderer renderer) {
    this.signature = signature;
    this.definedIn = definedIn;
    this.renderer = renderer;
  }

  String name() {
    return signature.name();
  }

  /** Null if there is none of that name. */
  Object attribute(String name) {
    return switch (name) {
      case "name" -> Text.template(signature.name());
      case "arguments" -> {
        List<Object> names = new ArrayList<>();
        signature.parameters().forEach(parameter -> names.add(Text.template(parameter)));
        yield Seq.tuple(names.toArray());
      }
      case "catch_kwargs" -> signature.kwargsId() >= 0;
      case "catch_varargs" -> signature.varargsId() >= 0;
      case "caller" -> signature.callerId() >= 0;
      default -> null;
    };
  }

  @Override
  public Object call(Args args, Run run) {
    VariableScope scope = new VariableScope(definedIn);
    Map<String, Object> named = new LinkedHashMap<>(args.named());
    int count = signature.parameters().size();
    Object[] given = new Object[count];
    for (int i = 0; i < count; i++) {
      given[i] =
          i < args.count() ? args.positional().get(i) : named.remove(signature.parameters().get(i));
    }
    bindRest(scope, args, named);
    run.enter();
    Text text = renderer.macroBody(signature, scope, given);
    run.leave();
    return text;
  }

  private void bindRest(VariableScope scope, Args args, Map<String, Object> named) {
    if (signature.callerId() >= 0) {
      Object caller = named.remove("caller");
      boolean none = caller == null || caller instanceof None;
      scope.set(signature.callerId(), none ? new Undefined("there is no caller here") : caller);
    }
    if (signature.kwargsId() >= 0) {
      Dict rest = new Dict();
      named.forEach((key, value) -> rest.put(Text.template(key), value));
      scope.set(signature.kwargsId(), rest);
    } else if (!named.isEmpty()) {
      throw new TemplateException(
          "the macro '" + name() + "' is given an argument by a name it does not know");
    }
    int count = signature.parameters().size();
    if (signature.varargsId() >= 0) {
      List<Object> rest =
          args.count() > count ? args.positional().subList(count, args.count()) : List.of();
      scope.set(signature.varargsId(), Seq.tuple(rest.toArray()));
    } else if (args.count() > count) {
      throw new TemplateException(
          "the macro '" + name() + "' takes at most " + count + " arguments");
    }
  }
}
