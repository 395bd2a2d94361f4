package io.turnmill.job.trial;

import io.turnmill.job.prepare.EvenDraw;

/**
 * The trial that somebody asks for.
 *
 * @param draw how its sessions are drawn
 * @param rows how many of its results are shown, at least 1
 * @param executors for how many executors the time is told, at least 1
 */
public record TrialRequest(EvenDraw draw, int rows, int executors) {}
