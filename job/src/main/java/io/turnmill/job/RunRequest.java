package io.turnmill.job;

/**
 * How a run is to be made, besides its settings.
 *
 * @param restart what is there of the same run is thrown away instead of going on with it
 */
public record RunRequest(boolean restart) {}
