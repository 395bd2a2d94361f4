/**
 * A model folder made ready on this JVM: tokenizer, chat template, forward pass, engine and task
 * put together. Open {@link io.turnmill.runtime.ModelRuntime} first.
 */
package io.turnmill.runtime;
