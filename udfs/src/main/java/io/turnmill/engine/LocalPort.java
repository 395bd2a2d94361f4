package io.turnmill.engine;

import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Port;
import io.turnmill.inference.Request;
import java.util.ArrayList;
import java.util.List;

/** The port of a feed to an engine of this process. It collects requests before it submits them. */
final class LocalPort<S> implements Port {
  private final Inbox<S> inbox;
  private final Mailbox mailbox;
  private final Intake<S> intake;
  private List<S> added = new ArrayList<>();

  LocalPort(Inbox<S> inbox, Mailbox mailbox, Intake<S> intake) {
    this.inbox = inbox;
    this.mailbox = mailbox;
    this.intake = intake;
  }

  @Override
  public int weight(Request request) {
    return intake.weight(request);
  }

  @Override
  public void add(Request request, boolean isFollowUp, boolean mayContinue) {
    intake.take(request, mailbox, isFollowUp, mayContinue).ifPresent(added::add);
  }

  @Override
  public void endOfWork() {
    if (added.size() >= intake.submittedTogether()) {
      flush();
    }
  }

  @Override
  public void flush() {
    if (!added.isEmpty()) {
      List<S> all = added;
      added = new ArrayList<>();
      inbox.submit(mailbox, all);
    }
  }

  @Override
  public void close() {
    inbox.withdraw(mailbox);
  }
}
