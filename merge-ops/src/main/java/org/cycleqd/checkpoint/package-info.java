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
 * all, in as many weight files as its size asks for.
 *
 * <p>{@link org.cycleqd.checkpoint.CheckpointVerification} tells everything that is wrong with a
 * folder, {@link org.cycleqd.checkpoint.FiniteCheck} where weights are no numbers, {@link
 * org.cycleqd.checkpoint.ModelDifference} in what two models differ, {@link
 * org.cycleqd.checkpoint.Licence} what a folder declares.
 *
 * <p>Only safetensors are read, never a pickle. A symbolic link is followed to a weight file only
 * where {@link org.cycleqd.checkpoint.LinkPolicy} allows it, within a Hugging Face cache. Every
 * refusal is a {@link org.cycleqd.checkpoint.CheckpointException} or a {@link
 * org.cycleqd.tensor.SafetensorsException} that names the file, the field or tensor, what was found
 * and what was expected.
 */
@NullMarked
package org.cycleqd.checkpoint;

import org.jspecify.annotations.NullMarked;
