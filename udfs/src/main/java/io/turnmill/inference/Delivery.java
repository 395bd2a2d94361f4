package io.turnmill.inference;

import java.util.Optional;

/**
 * An answer to a request, as a feed takes it from its mailbox.
 *
 * @param outcome empty when the request waited for the reply to another one, which will not come
 */
public record Delivery(Request request, Optional<Outcome> outcome) {}
