/**
 * A Hugging Face model folder, read and fully checked: {@code config.json}, safetensors, and the
 * TorchScript source of each architecture. Open {@code ModelFolder} first.
 */
package io.turnmill.model;
