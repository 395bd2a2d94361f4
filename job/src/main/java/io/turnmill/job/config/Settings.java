package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Operation;
import io.turnmill.job.config.Declare.Range;
import io.turnmill.job.config.Declare.Recommended;
import io.turnmill.job.config.Declare.Section;
import io.turnmill.job.config.Declare.Words;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every setting of the job, in the order in which people read them, and the way from their values
 * to a {@link JobConfig}. Only this class reads by reflection what the records declare.
 */
final class Settings {

  /**
   * A group of settings.
   *
   * @param title what the group is about
   */
  record Group(String title, List<Setting> settings) {}

  static final List<Group> GROUPS = groups();

  static final List<Setting> ALL =
      GROUPS.stream().flatMap(group -> group.settings().stream()).toList();

  static final Map<String, Setting> BY_KEY =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Setting::key, Function.identity()));

  /** The component of {@link JobConfig} that is not a setting. */
  private static final String GIVEN = "given";

  private Settings() {}

  /** The values of all settings by key. */
  static Map<String, Object> values(JobConfig config) {
    Map<String, Object> values = new HashMap<>();
    ALL.forEach(setting -> values.put(setting.key(), setting.value(config)));
    return values;
  }

  /**
   * The configuration of these values.
   *
   * @param values of all settings by key, as their types read them
   * @param given keys of those that somebody gave
   */
  static JobConfig config(Map<String, Object> values, Set<String> given) {
    Map<String, Object> all = new HashMap<>(values);
    all.put(GIVEN, given);
    return (JobConfig) construct(JobConfig.class, "", all);
  }

  private static List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    for (RecordComponent component : JobConfig.class.getRecordComponents()) {
      Section section = component.getAnnotation(Section.class);
      if (section != null) {
        List<Setting> settings = settings(component, "", config -> config).toList();
        groups.add(new Group(section.value(), settings));
      }
    }
    return List.copyOf(groups);
  }

  /**
   * The settings that a component of a record declares: one, or those of the record that it is.
   *
   * @param prefix the key of that record with a dot, or nothing
   * @param record finds it in the configuration tree
   */
  private static Stream<Setting> settings(
      RecordComponent component, String prefix, Function<JobConfig, Object> record) {
    String key = prefix + key(component);
    Function<JobConfig, Object> getter = config -> read(component, record.apply(config));
    if (component.isAnnotationPresent(Doc.class)) {
      return Stream.of(setting(component, key, getter));
    }
    if (!component.getType().isRecord()) {
      throw new IllegalStateException(key + " has no @Doc. This is a bug.");
    }
    return Stream.of(component.getType().getRecordComponents())
        .flatMap(inner -> settings(inner, key + ".", getter));
  }

  private static Setting setting(
      RecordComponent component, String key, Function<JobConfig, Object> getter) {
    Optional<Default> standard = annotation(component, Default.class);
    SettingType type =
        type(
            component.getGenericType(),
            annotation(component, Words.class),
            annotation(component, Range.class),
            standard.isPresent());
    return new Setting(
        key,
        type,
        standard.map(written -> standard(key, type, written.value())),
        component.getAnnotation(Doc.class).value(),
        !component.isAnnotationPresent(Operation.class),
        annotation(component, Recommended.class).map(Recommended::value),
        getter);
  }

  private static Object standard(String key, SettingType type, String written) {
    try {
      return type.read(SettingsSources.written(type, written, "default"));
    } catch (WrongValueException e) {
      throw new IllegalStateException(key + ": the default " + e.getMessage(), e);
    }
  }

  /**
   * What a component takes.
   *
   * @param emptyAllowed whether text and lists may be empty, which stands for "none"
   */
  private static SettingType type(
      Type type, Optional<Words> words, Optional<Range> range, boolean emptyAllowed) {
    if (type instanceof ParameterizedType many) {
      Type[] of = many.getActualTypeArguments();
      String values = words.orElseThrow().value();
      if (many.getRawType() == Map.class && of[1] instanceof ParameterizedType) {
        return new VariantsType(values);
      }
      if (many.getRawType() == List.class) {
        SettingType item = of[0] == String.class ? item(words.get()) : single(of[0], range);
        return new CollectionTypes.ListOf(item, values, emptyAllowed);
      }
      if (of[1] == Object.class) {
        return new CollectionTypes.AnyValues(values);
      }
      if (of[1] == String.class) {
        return new CollectionTypes.SparkSettings(values);
      }
      SettingType item = single(of[1], range);
      return of[0] == Integer.class
          ? new CollectionTypes.TokensTo(item, values)
          : new CollectionTypes.NamesTo(item, values);
    }
    return type == String.class
        ? new ScalarTypes.Text(words.orElseThrow().value(), emptyAllowed, emptyAllowed)
        : single(type, range);
  }

  private static SettingType item(Words words) {
    return new ScalarTypes.Text(words.item(), false, words.blankItem());
  }

  /** A flag, a number or a choice. */
  private static SettingType single(Type type, Optional<Range> range) {
    if (type instanceof Class<?> choice && choice.isEnum()) {
      return new ScalarTypes.Choice(List.of((Enum<?>[]) choice.getEnumConstants()));
    }
    if (type == boolean.class) {
      return new ScalarTypes.Flag();
    }
    double from = range.map(Range::from).orElse(Double.NEGATIVE_INFINITY);
    double above = range.map(Range::above).orElse(Double.NEGATIVE_INFINITY);
    double to = range.map(Range::to).orElse(Double.POSITIVE_INFINITY);
    if (type == double.class || type == Double.class) {
      return new ScalarTypes.Real(Math.max(from, above), above > from, to);
    }
    if (type == long.class) { // a bound that is infinite becomes the type's own
      return new ScalarTypes.Whole((long) from, (long) to);
    }
    if (type == int.class || type == Integer.class) {
      return new ScalarTypes.Int((int) from, (int) to);
    }
    throw new IllegalStateException("no setting takes " + type + ". This is a bug.");
  }

  private static Object construct(Class<?> record, String prefix, Map<String, Object> values) {
    RecordComponent[] components = record.getRecordComponents();
    Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] arguments =
        Stream.of(components)
            .map(
                component -> {
                  String key = prefix + key(component);
                  return component.getType().isRecord()
                      ? construct(component.getType(), key + ".", values)
                      : values.get(key);
                })
            .toArray();
    try {
      return record.getDeclaredConstructor(types).newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object read(RecordComponent component, Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code maxNumSeqs} becomes {@code max_num_seqs}. */
  private static String key(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static <A extends java.lang.annotation.Annotation> Optional<A> annotation(
      RecordComponent component, Class<A> type) {
    return Optional.ofNullable(component.getAnnotation(type));
  }
}
