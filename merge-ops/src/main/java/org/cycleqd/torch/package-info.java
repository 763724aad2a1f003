/**
 * The host for tensor programs: TorchScript source that is handed to libtorch through DJL.
 *
 * <p>DJL's own arrays lack bfloat16 and many operators (singular value decomposition, attention,
 * RMS norm). A {@link org.cycleqd.torch.TorchProgram} is readable TorchScript text that calls
 * libtorch's operators by name, so a whole forward pass or decoding loop costs one crossing into
 * native code, runs on any device that libtorch knows, and opens in any PyTorch with {@code
 * torch.jit.load}.
 */
@NullMarked
package org.cycleqd.torch;

import org.jspecify.annotations.NullMarked;
