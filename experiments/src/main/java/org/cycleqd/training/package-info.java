/**
 * Training of small models: supervised fine-tuning of all weights with AdamW, on libtorch's
 * automatic differentiation through DJL.
 *
 * <p>{@link org.cycleqd.training.FineTuning} is the whole job, from a config to a published model
 * folder. All randomness is addressed by the config's seed; with one thread the same config gives
 * the same weights.
 */
@NullMarked
package org.cycleqd.training;

import org.jspecify.annotations.NullMarked;
