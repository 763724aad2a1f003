/**
 * Merged models for other tools: a Hugging Face folder with a model card.
 *
 * <p>{@link org.cycleqd.export.ModelExport} publishes weights in the configuration, dtypes and
 * tokenizer of a donor checkpoint, and beside them a {@code README.md} rendered from a {@link
 * org.cycleqd.export.ModelCard}: what the model is, where it comes from, how it scored on data that
 * the search did not see, and the command and recipe that make it again. The records hold plain
 * values; who knows the run fills them in.
 */
@NullMarked
package org.cycleqd.export;

import org.jspecify.annotations.NullMarked;
