/**
 * What is asked of a session: each task turns a checked session into requests to the engine and
 * their outcomes into a result. Open {@link io.turnmill.task.ReplyTask} first.
 */
package io.turnmill.task;
