package org.cycleqd.merge.recipe;

/**
 * A tensor that a merged one is made of.
 *
 * @param model whose tensor it is
 * @param tensor its name there
 * @param parameters what holds for it, e.g. its weight
 */
public record TensorInput(ModelReference model, String tensor, ParameterLookup parameters) {}
