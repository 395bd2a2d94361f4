/**
 * The task {@code ask}: questions about a document, answered from the chunks that fit them best.
 * Depends on {@code task} and what that depends on, and on ICU for words. Open {@link
 * io.turnmill.task.ask.AskTask} first.
 */
package io.turnmill.task.ask;
