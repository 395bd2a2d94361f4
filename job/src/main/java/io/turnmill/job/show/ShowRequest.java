package io.turnmill.job.show;

import java.util.Optional;

/**
 * What a person wants to see.
 *
 * @param path an output folder, its {@code results} or {@code rejected} folder, a bucket or a file
 * @param rows most sessions or rejected rows to show, at least 1
 * @param session only the session of this id
 * @param rejected the rejected rows instead of the sessions
 */
public record ShowRequest(String path, int rows, Optional<String> session, boolean rejected) {}
