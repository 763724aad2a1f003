/**
 * LoRA adapters in the layout of Hugging Face PEFT: opened strictly, put on a base, written,
 * combined, and extracted from a fine-tuned model.
 *
 * <p>{@link org.cycleqd.checkpoint.adapter.Adapter} maps a folder and gives either the base's
 * tensors as the adapter changes them, computed row by row, or the {@link
 * org.cycleqd.checkpoint.adapter.LowRankFactors} themselves. {@link
 * org.cycleqd.checkpoint.adapter.AdapterWriter} publishes an {@link
 * org.cycleqd.checkpoint.adapter.AdapterContent}, which {@link
 * org.cycleqd.checkpoint.adapter.AdapterSum} makes of several adapters and {@link
 * org.cycleqd.checkpoint.adapter.LoraExtraction} of a fine-tuned model; both say in an {@link
 * org.cycleqd.checkpoint.adapter.AdapterReport} what was lost.
 *
 * <p>Every refusal is a {@link org.cycleqd.checkpoint.CheckpointException} that names the file, the
 * field or tensor, what was found and what was expected.
 */
@NullMarked
package org.cycleqd.checkpoint.adapter;

import org.jspecify.annotations.NullMarked;
