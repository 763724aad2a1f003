/**
 * The Llama runtime: Hugging Face folders run inside libtorch.
 *
 * <p>{@link org.cycleqd.lm.LlamaRuntime} holds one architecture's compiled program. A {@link
 * org.cycleqd.lm.LiveModel} is a set of weights that is filled in place again and again, once for
 * each candidate. A {@link org.cycleqd.lm.Decoder} works on many sequences at a time over one
 * key-value cache: prompts of any lengths are computed together without padding, a start that is
 * cached is not computed again, and where a sequence ends, a waiting one takes its place. A {@link
 * org.cycleqd.lm.Request} may carry a draft of its answer, which is verified in the pass that
 * computes the prompt; the output is that of decoding without it. {@link org.cycleqd.lm.TextModel}
 * adds the tokenizer.
 */
@NullMarked
package org.cycleqd.lm;

import org.jspecify.annotations.NullMarked;
