/**
 * The forward pass on DJL's PyTorch engine: the only tensor code. Open {@code TorchForwardPass}
 * first.
 */
package io.turnmill.torch;
