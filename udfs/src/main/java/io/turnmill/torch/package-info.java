/**
 * The forward pass on DJL's PyTorch engine: the only tensor code. Open {@code TorchForwardPass}
 * (decoders) or {@code TorchEncoder} first, then {@code Weights}. Java writes TorchScript source
 * ({@code io.turnmill.torch.source}), libtorch compiles it; tensors stay on libtorch's side.
 */
package io.turnmill.torch;
