/**
 * TorchScript source of models, written from their configuration: the text that libtorch compiles.
 * It uses {@code io.turnmill.model} for what a model is and nothing else, and touches no tensor.
 *
 * <p>The texts themselves are resource files beside the classes ({@code decoder/model.torchscript}
 * and so on), with places {@code ${name}} that {@code SourceText} fills. What comes out for the
 * tests' tiny models is kept in {@code golden/source} of the test resources.
 *
 * <p>Open {@code DecoderSource} or {@code EncoderSource} first, then {@code LinearKernel} and
 * {@code AttentionKernel}, which are the two choices that a device makes.
 */
package io.turnmill.torch.source;
