/**
 * A Hugging Face model folder, read and fully checked: {@code config.json}, safetensors, a LoRA
 * adapter, and the TorchScript source of each architecture.
 *
 * <pre>
 *   ModelFolder ─ ModelConfig ─ DecoderConfig, EncoderConfig ─▶ ModelSpec
 *               ─ WeightFiles, LoraAdapter ───────────────────▶ Weight → StoredTensor, LowRankUpdate
 *   ModelSpec ──▶ DecoderSource, EncoderSource, HeadSource
 * </pre>
 *
 * Open {@code ModelFolder} first, then {@code ModelSpec}.
 */
package io.turnmill.model;
