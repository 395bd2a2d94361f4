/**
 * Makes the token ids of a prompt from a session: with the model's chat template, rendered by
 * {@code prompt.jinja}, its tokenizer, and the limits of a prompt. Open {@code ChatTemplate} first.
 */
package io.turnmill.prompt;
