package io.turnmill.token;

/**
 * A token that a tokenizer recognises by its spelling before it splits anything else, as listed in
 * {@code added_tokens} of {@code tokenizer.json}.
 *
 * @param id its id
 * @param content its spelling, not empty
 * @param special a mark that gives a text its structure, such as {@code <|im_end|>}, and that
 *     {@link Tokenizer#decode} leaves out; else a word of the vocabulary like any other
 * @param lstrip white space before it belongs to it
 * @param rstrip white space after it belongs to it
 * @param singleWord it is recognised only where no letter, digit or underscore touches it
 * @param normalized it is looked for in the normalized text, not in the text as it was written
 */
public record AddedToken(
    int id,
    String content,
    boolean special,
    boolean lstrip,
    boolean rstrip,
    boolean singleWord,
    boolean normalized) {}
