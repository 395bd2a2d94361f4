/**
 * An interpreter of the part of Jinja that chat templates use, as {@code transformers} sets up
 * {@code jinja2}: lexer, parser to sealed node records, evaluator over plain values. Depends on
 * nothing but the JDK. Open {@link io.turnmill.prompt.jinja.Template} first.
 *
 * <p>A template may come with an untrusted model, and a conversation is never to be trusted. So
 * there is no way from a template to Java objects, files or the network; each rendering is bounded
 * in steps, depth and length; and every string knows which of its characters come from the
 * conversation, to the end: {@link io.turnmill.prompt.jinja.Rendered#isInput}.
 */
package io.turnmill.prompt.jinja;
