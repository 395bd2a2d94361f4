/**
 * Documents: a text with what is known of its structure. Files become documents in {@code
 * document.parse}; {@code chunk} cuts them. This package depends on nothing. Open {@link
 * io.turnmill.document.DocumentText} first.
 */
package io.turnmill.document;
