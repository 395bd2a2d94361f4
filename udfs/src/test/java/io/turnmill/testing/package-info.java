/**
 * What the tests and the benches of several packages, and of the job, share: deterministic fakes of
 * the passes, the naive reference that engines are compared with, folders of models and goldens,
 * conversations. Open {@link io.turnmill.testing.FakeForwardPass} first.
 */
package io.turnmill.testing;
