package io.turnmill.session;

import java.util.Optional;

/** What makes a session one: its id, inside its tenant where the archive has tenants. */
public record SessionKey(Optional<String> tenant, String sessionId) {}
