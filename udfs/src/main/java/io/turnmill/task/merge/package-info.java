/**
 * One result for a long text, made of what a task said of its chunks. Most are pure functions; a
 * summary is made by asking the model again. Open {@link io.turnmill.task.merge.MergeTask} first.
 */
package io.turnmill.task.merge;
