package io.turnmill.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.prompt.ChatTemplate;
import io.turnmill.prompt.ChatTemplates;
import io.turnmill.session.FieldNames;
import io.turnmill.session.Message;
import io.turnmill.session.ParsedRecord.Entry;
import io.turnmill.session.ParsedSession;
import io.turnmill.session.Place;
import io.turnmill.session.RecordParser;
import io.turnmill.session.RecordParser.RecordLayout;
import io.turnmill.session.RoleTable;
import io.turnmill.session.Session;
import io.turnmill.session.SessionAssembler;
import io.turnmill.session.SessionKey;
import io.turnmill.session.TimestampUnit;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Whole sessions of an archive as a model is trained on them, for benches and tests. */
public final class Conversations {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RecordParser PARSER =
      new RecordParser(
          FieldNames.USUAL, RecordLayout.AUTO, RoleTable.common(), false, TimestampUnit.AUTO);

  private static final SessionAssembler.Rules RULES =
      new SessionAssembler.Rules(false, false, true);

  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private Conversations() {}

  /**
   * A session.
   *
   * @param chinese whether a Chinese character stands in it: archives do not tell the language
   * @param ids of all turns, by the model's chat template, without a generation prompt
   */
  public record Conversation(String id, boolean chinese, TokenIds ids) {}

  /** The sessions of all files of a folder, in the order of their ids. */
  public static List<Conversation> ofFolder(
      Path folder, Path model, Function<Path, List<String>> records) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return of(files.filter(Files::isRegularFile).sorted().toList(), model, records);
    }
  }

  /**
   * The sessions of files, in the order of their ids.
   *
   * @param model folder with the tokenizer and its chat template
   * @param records of one file, each as JSON
   */
  public static List<Conversation> of(
      List<Path> files, Path model, Function<Path, List<String>> records) {
    List<Session> sessions = sessions(files, records);
    ChatTemplate template = template(model);
    try (Tokenizer tokenizer = HuggingFaceFileTokenizer.load(model.resolve("tokenizer.json"))) {
      return sessions.stream().map(session -> conversation(session, template, tokenizer)).toList();
    }
  }

  /** The sessions of files as they were read, in the order of their ids. */
  public static List<Session> sessions(List<Path> files, Function<Path, List<String>> records) {
    Map<SessionKey, List<Entry>> entries =
        new TreeMap<>(Comparator.comparing(SessionKey::sessionId));
    for (Path file : files) {
      List<String> lines = records.apply(file);
      for (int i = 0; i < lines.size(); i++) {
        Place place = new Place(file.toString(), OptionalLong.empty(), OptionalLong.of(i));
        Entry entry = (Entry) PARSER.parse(values(lines.get(i)), place, Map.of());
        entries.computeIfAbsent(entry.key(), key -> new ArrayList<>()).add(entry);
      }
    }
    return entries.values().stream()
        .map(
            all ->
                ((ParsedSession.Valid) SessionAssembler.assemble(all, RULES).session()).session())
        .toList();
  }

  /**
   * The conversations of {@code samples/conversations}, of which all other samples are made, in the
   * order of their ids. The carried field {@code source} names the file of each.
   *
   * @param root the folder that {@code samples} lies in
   */
  public static List<Session> ofSamples(Path root) {
    return SampleConversations.of(root.resolve("samples/conversations"));
  }

  /** The records of a file of JSON lines. */
  public static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A model's chat template. */
  public static ChatTemplate template(Path model) {
    ChatTemplates templates = ChatTemplates.find(model);
    return ChatTemplate.parse(templates.choose(Optional.empty(), false), templates.specialTokens());
  }

  /** The prompt for a reply to these messages. */
  public static String prompt(ChatTemplate template, List<Message> messages) {
    return template.render(messages, true, Map.of(), CLOCK).text();
  }

  private static Conversation conversation(
      Session session, ChatTemplate template, Tokenizer tokenizer) {
    boolean chinese =
        session.messages().stream()
            .flatMapToInt(message -> message.content().codePoints())
            .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
    String text = template.render(session.messages(), false, Map.of(), CLOCK).text();
    return new Conversation(session.key().sessionId(), chinese, tokenizer.encode(text));
  }

  private static Map<String, Object> values(String json) {
    try {
      return JSON.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a record is not a JSON object", e);
    }
  }
}
