/**
 * Merge recipes: which models are merged how, as a YAML file that mergekit reads too.
 *
 * <p>{@link org.cycleqd.merge.recipe.RecipeReader} reads a {@link org.cycleqd.merge.recipe.Recipe}
 * and refuses what does not fit; {@link org.cycleqd.merge.recipe.RecipeWriter} writes it back.
 * {@link org.cycleqd.merge.recipe.MergeLayout} says for each tensor of the merged model which
 * tensors of which models make it, and looks up the parameters that hold there. No weights are
 * touched here, and which parameters a merge method knows is the method's business.
 */
@NullMarked
package org.cycleqd.merge.recipe;

import org.jspecify.annotations.NullMarked;
