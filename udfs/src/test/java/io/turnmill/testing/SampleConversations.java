package io.turnmill.testing;

import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The texts of {@code samples/conversations}, from which {@code samples/make_samples.py} makes all
 * other samples. {@code samples/FORMAT.md} says how they are written.
 */
final class SampleConversations {
  private static final Pattern TITLE = Pattern.compile("== (\\S+) · \\S.*");
  private static final Pattern MESSAGE = Pattern.compile("(system|user|assistant): (.*)");
  private static final String MORE = "  ";

  private SampleConversations() {}

  /** All of a folder, in the order of their ids. */
  static List<Session> of(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".txt"))
          .flatMap(file -> ofFile(file).stream())
          .sorted(Comparator.comparing(session -> session.key().sessionId()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Session> ofFile(Path file) {
    Map<String, String> source = Map.of("source", file.getFileName().toString());
    List<Session> sessions = new ArrayList<>();
    List<Message> messages = new ArrayList<>();
    Optional<SessionKey> key = Optional.empty();
    String blank = "";
    for (String line : Conversations.lines(file)) {
      Matcher title = TITLE.matcher(line);
      Matcher message = MESSAGE.matcher(line);
      if (title.matches()) {
        key.ifPresent(last -> sessions.add(new Session(last, messages, source)));
        messages.clear();
        key = Optional.of(new SessionKey(Optional.empty(), title.group(1)));
      } else if (message.matches()) {
        messages.add(message(messages.size(), message.group(1), message.group(2)));
      } else if (line.startsWith(MORE) && !line.isBlank()) {
        Message last = messages.remove(messages.size() - 1);
        String text = last.content() + "\n" + blank + line.substring(MORE.length());
        messages.add(message(last.turn(), last.role().wireName(), text));
      } else if (!line.isBlank()) {
        throw new IllegalArgumentException(file + " holds a line that belongs to nothing");
      }
      // Blank lines belong to a message where more of it follows.
      blank = line.isBlank() ? blank + "\n" : "";
    }
    key.ifPresent(last -> sessions.add(new Session(last, messages, source)));
    return sessions;
  }

  private static Message message(int turn, String role, String content) {
    Role speaker = Role.valueOf(role.toUpperCase(Locale.ROOT));
    return new Message(turn, speaker, content, Optional.empty(), Optional.empty());
  }
}
