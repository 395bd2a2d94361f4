/**
 * Conversations: what a session is, and how records become sessions or are rejected with a code.
 * This package depends on no other. Open {@link io.turnmill.session.Session} first.
 *
 * <pre>
 * plain values of one record ─ RecordParser ─┬ Entry: what it says about one session
 *                                            └ Rejected
 * all entries of one session ─ SessionAssembler ─ Assembled: ParsedSession and lone rejections
 * </pre>
 */
package io.turnmill.session;
