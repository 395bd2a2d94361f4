package io.turnmill.session;

import java.util.OptionalLong;

/**
 * Where in the archive a record stands.
 *
 * @param sourceFile the file, as the results show it
 * @param line number of the record's first line, from 1, where it is known
 * @param position offset of the record's first byte (after decompression), or its row or element
 *     number from 0 in formats without lines; absent for a file as a whole
 */
public record Place(String sourceFile, OptionalLong line, OptionalLong position) {}
