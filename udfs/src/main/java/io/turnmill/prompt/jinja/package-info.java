/**
 * An interpreter of the part of Jinja that chat templates use, as {@code transformers} sets up
 * {@code jinja2}: lexer, parser to sealed node records, evaluator over plain values. Depends on
 * nothing but JSON.
 */
package io.turnmill.prompt.jinja;
