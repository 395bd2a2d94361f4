package io.turnmill.document.parse;

/**
 * A file that did not become a document.
 *
 * @param detail one line for people: types, sizes and limits, never text of the file
 */
public record RefusedDocument(String id, String name, ParseRefusal code, String detail)
    implements ParseResult {}
