/**
 * Adapts the Hugging Face tokenizers library (through DJL) to {@link io.turnmill.token.Tokenizer},
 * and nothing else.
 */
package io.turnmill.token.hf;
