/**
 * Token ids and the tokenizer seam; {@code token.hf} adapts the Hugging Face tokenizers library and
 * is the only place that knows it. Open {@link io.turnmill.token.Tokenizer} first.
 */
package io.turnmill.token;
