package io.turnmill.task.ask;

import io.turnmill.task.TextPieces;
import io.turnmill.task.TextWriter;
import java.util.Optional;

/**
 * The models that answer questions about documents.
 *
 * @param writer the model that writes the answers
 * @param queries makes requests for the vectors of questions, where an encoder is asked
 * @param reranker makes requests for the scores of pairs of question and chunk, where a reranker is
 *     asked
 */
public record AskModels(
    TextWriter writer, Optional<TextPieces> queries, Optional<TextPieces> reranker) {}
