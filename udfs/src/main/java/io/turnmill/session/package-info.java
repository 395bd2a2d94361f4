/**
 * Conversations: what a session is, and how raw records become one or are rejected with a code.
 * Depends on nothing. Open {@link io.turnmill.session.Session} first.
 */
package io.turnmill.session;
