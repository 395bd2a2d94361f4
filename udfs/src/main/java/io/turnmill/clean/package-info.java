/**
 * Clean input: what is changed in a session before a model is asked, how sessions with the same
 * messages or nearly the same are found, and which sessions are in a sample. Everything here is a
 * pure function of sessions, so that it does not depend on how an archive is read. This package
 * depends on {@code session}. Open {@link io.turnmill.clean.CleanSteps} first.
 *
 * <pre>
 * Session ─ CleanSteps ─ Cleaned: the session, and counts of what was changed
 *         ├ SessionDigest: equal for sessions that are asked the same
 *         ├ MinHash ─ Banding: nearly equal sessions meet in a band; Leaders compares those that do
 *         ├ SampleRule: whether it is in the sample
 *         └ SessionGroup: its length and its language, by which samples are even
 * </pre>
 */
package io.turnmill.clean;
