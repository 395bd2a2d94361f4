package io.turnmill.testing;

import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Conversations put together from parts, as many as are wanted: for what needs volume and not
 * sense. A number gives the same conversation in every run and on every machine, and other numbers
 * give others, but for some of the shortest. A third is Chinese; nine in ten have one to eleven
 * messages, the others up to 39; the user has the last word.
 */
public final class GeneratedSessions {
  private static final Parts ENGLISH =
      new Parts(
          List.of(
              "I would like a table for %d at %d o'clock.",
              "Is there a train to %s at %d?",
              "Order %d has not come yet.",
              "Please move the appointment from %d to %d o'clock.",
              "How far is it to %s from here?",
              "The invoice says %d, but I paid %d.",
              "Can we make it %s instead?",
              "My number is 555-01%d, in case you need it.",
              "Thank you, that helps a lot.",
              "And what does it cost for %d people?"),
          List.of(
              "Of course. For how many people, and at what time?",
              "There is one at %d:15, from platform %d.",
              "I am sorry about that. Parcel %d left %s this morning.",
              "Done: it is now at %d o'clock.",
              "About %d minutes on foot, or two stops by tram.",
              "You are right, %d was booked twice; %d goes back to your account.",
              "%s has nothing free before %d o'clock.",
              "I have noted it.",
              "That comes to %d for the day, breakfast included.",
              "Shall I write that down for you?"),
          List.of("Ashgrove", "Port Lumen", "the harbour", "Millbridge", "the old town"),
          " ");

  private static final Parts CHINESE =
      new Parts(
          List.of(
              "我想订一张%d个人的桌子，%d点到。",
              "去%s的车几点开？",
              "订单%d还没有收到。",
              "请把预约从%d点改到%d点。",
              "账单上写的是%d元，可我付了%d元。",
              "能不能换成%s？",
              "谢谢，帮了大忙！"),
          List.of(
              "好的，请问几位，几点到？",
              "%d点十五分有一班，在%d号站台。",
              "非常抱歉，包裹%d今天早上已经从%s发出。",
              "改好了，现在是%d点。",
              "您说得对，%d元会退回您的账户。",
              "%s在%d点以前没有空位。",
              "请问还有什么可以帮您？"),
          List.of("青石镇", "南码头", "云溪路", "老城区"),
          "");

  /**
   * What one language's conversations are made of.
   *
   * @param user sentences of users, with places for numbers and names
   * @param assistant sentences of assistants
   * @param names of places
   * @param between two sentences
   */
  private record Parts(
      List<String> user, List<String> assistant, List<String> names, String between) {}

  private GeneratedSessions() {}

  /** The conversation of a number; its id is {@code session-NUMBER}. */
  public static Session of(long number) {
    SplittableRandom random = new SplittableRandom(number);
    Parts parts = random.nextInt(3) == 0 ? CHINESE : ENGLISH;
    int exchanges = random.nextInt(10) == 0 ? random.nextInt(7, 21) : random.nextInt(1, 7);
    List<Message> messages = new ArrayList<>();
    for (int turn = 0; turn < 2 * exchanges - 1; turn++) {
      Role role = turn % 2 == 0 ? Role.USER : Role.ASSISTANT;
      String text = text(parts, role, random);
      messages.add(new Message(turn, role, text, Optional.empty(), Optional.empty()));
    }
    return new Session(new SessionKey(Optional.empty(), "session-" + number), messages, Map.of());
  }

  /** One to four sentences. */
  private static String text(Parts parts, Role role, SplittableRandom random) {
    List<String> own = role == Role.USER ? parts.user() : parts.assistant();
    List<String> sentences = new ArrayList<>();
    for (int left = random.nextInt(1, 5); left > 0; left--) {
      sentences.add(fill(own.get(random.nextInt(own.size())), parts, random));
    }
    return String.join(parts.between(), sentences);
  }

  private static String fill(String sentence, Parts parts, SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int at = sentence.indexOf('%'); at >= 0; at = sentence.indexOf('%', from)) {
      text.append(sentence, from, at);
      text.append(
          sentence.charAt(at + 1) == 's'
              ? parts.names().get(random.nextInt(parts.names().size()))
              : String.valueOf(random.nextInt(10, 100)));
      from = at + 2;
    }
    return text.append(sentence.substring(from)).toString();
  }
}
