/**
 * A Hugging Face model folder, read and fully checked: {@code config.json}, safetensors, a LoRA
 * adapter. What a model computes is described here; the source that computes it is written in
 * {@code io.turnmill.torch.source}.
 *
 * <pre>
 *   ModelFolder ─ ModelConfigFile ─ DecoderConfig, EncoderConfig ─▶ ModelSpec
 *               ─ WeightFiles, LoraAdapter ───────────────────▶ Weight → StoredTensor, LowRankUpdate
 * </pre>
 *
 * Open {@code ModelFolder} first, then {@code ModelSpec}.
 */
package io.turnmill.model;
