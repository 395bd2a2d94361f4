package io.turnmill.task;

/**
 * What a model wrote when one question was put to one chunk.
 *
 * @param question the name of the question
 * @param found whether it is an answer; otherwise the model said that the chunk has none
 */
public record Extraction(String question, boolean found, WrittenText written) {}
