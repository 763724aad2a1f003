package org.cycleqd.experiment;

/**
 * How fine the coefficients of an individual are.
 *
 * @param granularity which tensors share a coefficient
 */
public record GenomeConfig(@Default("model") Granularity granularity) {}
