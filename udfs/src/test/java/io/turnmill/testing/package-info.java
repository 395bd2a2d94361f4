/**
 * What the tests and the benches of several packages, and of the job, share: sample conversations
 * and generated ones, and how far scores are from a reference. Open {@link
 * io.turnmill.testing.Conversations} first.
 */
package io.turnmill.testing;
