/**
 * The Llama runtime: Hugging Face folders run inside libtorch.
 *
 * <p>{@link org.cycleqd.lm.LlamaRuntime} holds one architecture's compiled program. A {@link
 * org.cycleqd.lm.LiveModel} is a set of weights that is filled in place again and again, once for
 * each candidate, and decodes whole batches greedily over a key-value cache. A {@link
 * org.cycleqd.lm.Request} may carry a draft of its answer: one pass over prompt and draft accepts
 * the part on which the model agrees, and decoding begins at the first difference; the output is
 * that of plain greedy decoding. {@link org.cycleqd.lm.TextModel} adds the tokenizer.
 */
@NullMarked
package org.cycleqd.lm;

import org.jspecify.annotations.NullMarked;
