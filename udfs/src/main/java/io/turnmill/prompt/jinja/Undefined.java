package io.turnmill.prompt.jinja;

import java.util.Set;

/**
 * What a name or an attribute is that nobody defined: prints as nothing, is false, empty and equal
 * to any other undefined value; all else that is done with it is an error with {@code reason}.
 */
record Undefined(String reason) {
  /** Attributes that an undefined value has in Python: undefined again, in the sandbox. */
  static final Set<String> INTERNAL =
      Set.of(
          "__add__",
          "__aiter__",
          "__bool__",
          "__call__",
          "__class__",
          "__complex__",
          "__delattr__",
          "__dir__",
          "__div__",
          "__doc__",
          "__eq__",
          "__float__",
          "__floordiv__",
          "__format__",
          "__ge__",
          "__getattr__",
          "__getattribute__",
          "__getitem__",
          "__getstate__",
          "__gt__",
          "__hash__",
          "__init__",
          "__init_subclass__",
          "__int__",
          "__iter__",
          "__le__",
          "__len__",
          "__lt__",
          "__mod__",
          "__module__",
          "__mul__",
          "__ne__",
          "__neg__",
          "__new__",
          "__pos__",
          "__pow__",
          "__radd__",
          "__rdiv__",
          "__reduce__",
          "__reduce_ex__",
          "__repr__",
          "__rfloordiv__",
          "__rmod__",
          "__rmul__",
          "__rpow__",
          "__rsub__",
          "__rtruediv__",
          "__setattr__",
          "__sizeof__",
          "__slots__",
          "__str__",
          "__sub__",
          "__subclasshook__",
          "__truediv__");

  TemplateException error() {
    return new TemplateException(reason);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Undefined;
  }

  @Override
  public int hashCode() {
    return 1;
  }
}
