package io.turnmill.job.show;

import java.util.Optional;

/**
 * What {@code show} is to print.
 *
 * @param path an output folder, one of its tables, a bucket or a file
 * @param rows how many sessions, documents or rejected rows to show at most, at least 1
 * @param id the id of the only session or document to show
 * @param rejected whether to show the rejected rows instead of the results
 * @param variants whether to show the answers of variants beside each other, where there is room
 */
public record ShowRequest(
    String path, int rows, Optional<String> id, boolean rejected, boolean variants) {}
