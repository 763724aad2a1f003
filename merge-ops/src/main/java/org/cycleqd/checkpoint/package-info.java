/**
 * Hugging Face model folders of the Llama family: opened strictly, published atomically.
 *
 * <p>{@link org.cycleqd.checkpoint.LlamaConfig} is what a {@code config.json} means, whichever
 * dialect of Transformers wrote it, and implies every tensor's name and shape. {@link
 * org.cycleqd.checkpoint.Checkpoint} maps the weights of a folder, one file or shards, and opens
 * only if they are exactly those tensors; its digest identifies the model by content. {@link
 * org.cycleqd.checkpoint.Compatibility} says whether an expert can be combined with a base. {@link
 * org.cycleqd.checkpoint.CheckpointWriter} publishes a {@link
 * org.cycleqd.checkpoint.CheckpointContent}: the folder appears complete and verified, or not at
 * all.
 *
 * <p>Only safetensors are read, never a pickle, and no symbolic link is followed to a weight file.
 * Every refusal is a {@link org.cycleqd.checkpoint.CheckpointException} or a {@link
 * org.cycleqd.tensor.SafetensorsException} that names the file, the field or tensor, what was found
 * and what was expected.
 */
@NullMarked
package org.cycleqd.checkpoint;

import org.jspecify.annotations.NullMarked;
