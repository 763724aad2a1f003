package org.cycleqd.experiment;

import org.cycleqd.spectral.Granularity;

/**
 * How fine the coefficients of an individual are.
 *
 * @param granularity which tensors share a coefficient
 */
public record GenomeConfig(@Default("model") Granularity granularity) {}
