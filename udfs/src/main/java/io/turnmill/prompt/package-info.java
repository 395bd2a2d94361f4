/**
 * From a session to the ids that a model is asked with: its chat template, rendered by {@code
 * prompt.jinja}, and the limits of a prompt. Open {@code ChatTemplate} first.
 */
package io.turnmill.prompt;
