package io.turnmill.clean;

import io.turnmill.session.Session;

/** A session after {@link CleanSteps}, and what they changed in it. */
public record Cleaned(Session session, CleanCounts counts) {}
