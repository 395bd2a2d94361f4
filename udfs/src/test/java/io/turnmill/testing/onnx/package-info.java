/**
 * A published encoder for the tests, made of an ONNX file that an artifact on Maven Central ships.
 * Open {@link io.turnmill.testing.onnx.PublishedEncoder} first.
 */
package io.turnmill.testing.onnx;
