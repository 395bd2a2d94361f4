package io.turnmill.job.show;

import java.util.Optional;

/**
 * What {@code show} is to print.
 *
 * @param path an output folder, its {@code results} or {@code rejected} folder, a bucket or a file
 * @param rows how many sessions or rejected rows to show at most, at least 1
 * @param session the id of the only session to show
 * @param rejected whether to show the rejected rows instead of the sessions
 * @param variants whether to show the answers of variants beside each other, where there is room
 */
public record ShowRequest(
    String path, int rows, Optional<String> session, boolean rejected, boolean variants) {}
