/**
 * LoRA adapters in the layout of Hugging Face PEFT: opened strictly, put on a base, written,
 * combined, and extracted from a fine-tuned model.
 *
 * <p>{@link org.cycleqd.checkpoint.adapter.Adapter} maps a folder and gives either the base's
 * tensors as the adapter changes them, computed row by row, or the {@link
 * org.cycleqd.checkpoint.adapter.LowRankFactors} themselves.
 *
 * <p>Every refusal is a {@link org.cycleqd.checkpoint.CheckpointException} that names the file, the
 * field or tensor, what was found and what was expected.
 */
@NullMarked
package org.cycleqd.checkpoint.adapter;

import org.jspecify.annotations.NullMarked;
