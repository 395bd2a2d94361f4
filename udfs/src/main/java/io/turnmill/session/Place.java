package io.turnmill.session;

import java.util.OptionalLong;

/**
 * The place of a record in the archive.
 *
 * @param sourceFile the name of the file, as the results show it
 * @param line the number of the record's first line, from 1, if it is known
 * @param position the offset of the record's first byte (after decompression), or the number of its
 *     row or element from 0 in formats without lines; empty for a file as a whole
 */
public record Place(String sourceFile, OptionalLong line, OptionalLong position) {}
