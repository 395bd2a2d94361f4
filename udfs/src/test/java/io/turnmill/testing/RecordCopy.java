package io.turnmill.testing;

import java.lang.reflect.RecordComponent;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Copies of records with another value in one place, for tests that hold for every component. A
 * component of a record within a record is called {@code penalties.presence}.
 */
public final class RecordCopy {
  private RecordCopy() {}

  /** All components, those of records within in place of these. */
  public static Set<String> names(Class<?> record) {
    Set<String> names = new TreeSet<>();
    for (RecordComponent component : record.getRecordComponents()) {
      if (component.getType().isRecord()) {
        names(component.getType()).forEach(inner -> names.add(component.getName() + "." + inner));
      } else {
        names.add(component.getName());
      }
    }
    return names;
  }

  /** The same record with {@code value} as the component of that name. */
  public static <R extends Record> R with(R record, String name, Object value) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    String first = name.split("\\.", 2)[0];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = read(components[i], record);
      if (components[i].getName().equals(first)) {
        values[i] =
            first.equals(name)
                ? value
                : with((Record) values[i], name.substring(first.length() + 1), value);
      }
    }
    if (Stream.of(components).noneMatch(component -> component.getName().equals(first))) {
      throw new IllegalArgumentException(record.getClass().getSimpleName() + " has no " + name);
    }
    return construct(record, types, values);
  }

  private static Object read(RecordComponent component, Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unchecked") // the constructor of a class makes objects of that class
  private static <R extends Record> R construct(R record, Class<?>[] types, Object[] values) {
    try {
      return (R) record.getClass().getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
