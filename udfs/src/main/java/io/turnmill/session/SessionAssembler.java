package io.turnmill.session;

import io.turnmill.session.Assembled.Rejection;
import io.turnmill.session.MessageEntry.Defect;
import io.turnmill.session.MessageEntry.Draft;
import io.turnmill.session.ParsedRecord.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes one session out of all entries of one session id.
 *
 * <ol>
 *   <li>If one of them is a whole session, the first such entry is the session, and every other
 *       entry is a {@link RejectionCode#DUPLICATE_SESSION}, unless it is in a file that could not
 *       be read to its end: such an entry is counted with its file. If none is, all of them
 *       together are the session.
 *   <li>If that session has a record in a file that could not be read to its end, it is rejected,
 *       because it may have had more messages there. If files could not be read, a session of
 *       several records is also rejected when its turns have a gap or begin late.
 *   <li>Bad messages are rejected. The good ones are ordered by turn if each has one, otherwise by
 *       timestamp if each has one, otherwise by place: by file, place in the file, place in the
 *       record. Messages with equal timestamps are ordered by place. Of messages with equal turns
 *       the first by place stays, and each other one is a {@link RejectionCode#DUPLICATE_TURN}.
 *   <li>A message whose timestamp cannot be read stays without a time, unless the order depends on
 *       it: if timestamps would order the messages of several records, or order the messages of one
 *       record differently from its list, the message is rejected.
 *   <li>Turns are numbered again from 0. A session with no good message is rejected, and, if the
 *       task replies to users, one with no user turn.
 * </ol>
 */
public final class SessionAssembler {
  private final Entry first;
  private final List<Rejection> rejections = new ArrayList<>();
  private final List<Placed> good = new ArrayList<>();
  private int rejectedMessages;
  private int repeatedTurns; // of these
  private int records;

  private SessionAssembler(Entry first) {
    this.first = first;
  }

  /**
   * What makes a session unfit as a whole.
   *
   * @param badMessageRejectsSession whether a session with a bad message is rejected as a whole
   * @param filesLost whether files of the archive could not be read; if so, a session of several
   *     records is rejected if turns are missing
   * @param needsUserTurn whether a session in which the user says nothing is rejected
   */
  public record Rules(boolean badMessageRejectsSession, boolean filesLost, boolean needsUserTurn) {}

  /**
   * Assembles one session.
   *
   * @param entries at least one, all of one key, in the order of their places
   */
  public static Assembled assemble(List<Entry> entries, Rules rules) {
    Entry first = entries.stream().filter(Entry::whole).findFirst().orElse(entries.get(0));
    if (entries.stream().anyMatch(Entry::isLost) && (first.isLost() || !first.whole())) {
      return lost(entries);
    }
    SessionAssembler assembler = new SessionAssembler(first);
    for (Entry entry : entries) {
      assembler.add(entry);
    }
    assembler.order();
    ParsedSession session =
        rules.filesLost() && assembler.lacksTurns()
            ? assembler.rejected(
                RejectionCode.IN_UNREADABLE_FILE, "turns are missing: " + assembler.messageCounts())
            : assembler.finish(rules);
    return new Assembled(session, assembler.rejections, assembler.records);
  }

  private static Assembled lost(List<Entry> entries) {
    List<Entry> lost = entries.stream().filter(Entry::isLost).toList();
    String detail =
        lost.size() + " of its " + entries.size() + " records that were read stand in such a file";
    Entry first = lost.get(0);
    return new Assembled(
        new ParsedSession.Rejected(
            first.key(), first.place(), RejectionCode.IN_UNREADABLE_FILE, detail),
        List.of(),
        entries.size());
  }

  private record Placed(Entry entry, int index, Draft draft) {}

  // Identity is meant: two records may be equal, and then the second one is the duplicate.
  @SuppressWarnings("ReferenceEquality")
  private void add(Entry entry) {
    if (first.whole() && entry != first) {
      if (!entry.isLost()) {
        rejections.add(
            new Rejection(
                Scope.RECORD,
                entry.place(),
                RejectionCode.DUPLICATE_SESSION,
                "the session stands in " + first.place().sourceFile()));
      }
      return;
    }
    records++;
    for (int i = 0; i < entry.messages().size(); i++) {
      if (entry.messages().get(i) instanceof Draft draft) {
        good.add(new Placed(entry, i, draft));
      } else {
        Defect defect = (Defect) entry.messages().get(i);
        reject(entry, i, defect.code(), defect.detail());
      }
    }
  }

  private void reject(Placed placed, RejectionCode code, String detail) {
    reject(placed.entry(), placed.index(), code, detail);
  }

  private void reject(Entry entry, int index, RejectionCode code, String detail) {
    add(Scope.MESSAGE, entry, index, code, detail);
    rejectedMessages++;
  }

  private void add(Scope scope, Entry entry, int index, RejectionCode code, String detail) {
    String where = entry.whole() ? "messages[" + index + "]" : "";
    String joined = where.isEmpty() || detail.isEmpty() ? where + detail : where + ": " + detail;
    rejections.add(new Rejection(scope, entry.place(), code, joined));
  }

  private void order() {
    if (good.stream().allMatch(placed -> placed.draft().turn().isPresent())) {
      dropRepeatedTurns();
      good.sort(Comparator.comparingLong(placed -> placed.draft().turn().getAsLong()));
    } else if (good.stream().allMatch(placed -> hasTime(placed.draft()))) {
      orderByTime();
    }
    for (Placed placed : good) {
      Optional<String> unread = placed.draft().unreadTime();
      unread.ifPresent(
          detail ->
              add(
                  Scope.TIMESTAMP,
                  placed.entry(),
                  placed.index(),
                  RejectionCode.INVALID_TIMESTAMP,
                  detail));
    }
  }

  private static boolean hasTime(Draft draft) {
    return draft.timestamp().isPresent() || draft.unreadTime().isPresent();
  }

  private void orderByTime() {
    List<Placed> read =
        good.stream().filter(placed -> placed.draft().timestamp().isPresent()).toList();
    List<Placed> ordered = new ArrayList<>(read);
    ordered.sort(Comparator.comparing(placed -> placed.draft().timestamp().orElseThrow()));
    if (read.size() < good.size()) {
      boolean isOneList = first.whole() || good.size() == 1;
      if (isOneList && ordered.equals(read)) {
        return;
      }
      for (Placed placed : good) {
        Optional<String> unread = placed.draft().unreadTime();
        unread.ifPresent(detail -> reject(placed, RejectionCode.INVALID_TIMESTAMP, detail));
      }
    }
    good.clear();
    good.addAll(ordered);
  }

  private void dropRepeatedTurns() {
    Set<Long> seen = new HashSet<>();
    good.removeIf(
        placed -> {
          long turn = placed.draft().turn().getAsLong();
          boolean repeated = !seen.add(turn);
          if (repeated) {
            repeatedTurns++;
            reject(placed, RejectionCode.DUPLICATE_TURN, "turn " + turn);
          }
          return repeated;
        });
  }

  /**
   * Whether more turns are missing, from 0 or 1 to the last one, than messages were rejected. A
   * message that repeats a turn does not explain a gap.
   */
  private boolean lacksTurns() {
    List<Long> turns =
        good.stream().flatMap(placed -> placed.draft().turn().stream().boxed()).sorted().toList();
    if (first.whole() || turns.isEmpty() || turns.size() < good.size()) {
      return false;
    }
    long span = turns.get(turns.size() - 1) - Math.min(turns.get(0), 1);
    // If the span does not fit a long, it is negative here.
    return span < 0 || span - turns.size() >= rejectedMessages - repeatedTurns;
  }

  private boolean hasUserTurn() {
    return good.stream().anyMatch(placed -> placed.draft().role() == Role.USER);
  }

  private ParsedSession finish(Rules rules) {
    if (rules.badMessageRejectsSession() && rejectedMessages > 0) {
      return rejected(RejectionCode.BAD_MESSAGE, messageCounts());
    }
    if (good.isEmpty() || (rules.needsUserTurn() && !hasUserTurn())) {
      return rejected(RejectionCode.NO_USER_TURN, messageCounts());
    }
    List<Message> messages = new ArrayList<>(good.size());
    for (Placed placed : good) {
      Draft draft = placed.draft();
      messages.add(
          new Message(
              messages.size(),
              draft.role(),
              draft.content(),
              draft.timestamp(),
              draft.messageId()));
    }
    Session session = new Session(first.key(), messages, carried());
    return new ParsedSession.Valid(session, first.place(), rejectedMessages);
  }

  private ParsedSession rejected(RejectionCode code, String detail) {
    return new ParsedSession.Rejected(first.key(), first.place(), code, detail);
  }

  private String messageCounts() {
    String counts = good.size() + " good messages, " + rejectedMessages + " rejected";
    Map<String, Long> byCode =
        rejections.stream()
            .filter(rejection -> rejection.scope() == Scope.MESSAGE)
            .collect(
                Collectors.groupingBy(
                    rejection -> rejection.code().wireName(), TreeMap::new, Collectors.counting()));
    return byCode.isEmpty() ? counts : counts + ": " + byCode;
  }

  /** The carried fields: each from the first message of the conversation whose record has it. */
  private Map<String, String> carried() {
    Map<String, String> carried = new HashMap<>();
    good.forEach(placed -> placed.entry().carried().forEach(carried::putIfAbsent));
    return carried;
  }
}
