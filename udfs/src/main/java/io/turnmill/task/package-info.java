/**
 * The tasks: each one turns an item, such as a checked session, into requests to a backend, and
 * their outcomes into a result. Open {@link io.turnmill.task.ReplyTask} first.
 */
package io.turnmill.task;
