package io.turnmill.inference;

import java.util.Optional;

/**
 * What a feed gets back for a request.
 *
 * @param outcome empty where another request was to answer this one and will not
 */
public record Delivery(Request request, Optional<Outcome> outcome) {}
