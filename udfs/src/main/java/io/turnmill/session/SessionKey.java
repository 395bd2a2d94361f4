package io.turnmill.session;

import java.util.Optional;

/** The identity of a session: its id, and its tenant if the archive has tenants. */
public record SessionKey(Optional<String> tenant, String sessionId) {}
