package io.turnmill.token;

/**
 * A token that a tokenizer recognises by its spelling before it splits anything else, as listed in
 * {@code added_tokens} of {@code tokenizer.json}.
 *
 * @param id its id
 * @param content its spelling, not empty
 * @param special whether it is a mark that gives a text its structure, such as {@code <|im_end|>},
 *     and that {@link Tokenizer#decode} leaves out; otherwise it is a word of the vocabulary like
 *     any other
 * @param lstrip whether white space before it belongs to it
 * @param rstrip whether white space after it belongs to it
 * @param singleWord whether it is recognised only if no letter, digit or underscore touches it
 * @param normalized whether it is looked for in the normalized text instead of the text as it was
 *     written
 */
public record AddedToken(
    int id,
    String content,
    boolean special,
    boolean lstrip,
    boolean rstrip,
    boolean singleWord,
    boolean normalized) {}
