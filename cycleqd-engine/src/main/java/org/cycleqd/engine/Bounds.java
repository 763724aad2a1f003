package org.cycleqd.engine;

/**
 * Bounds of a candidate's scores.
 *
 * @param low lower bounds, one per task, in task order
 * @param high upper bounds
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
record Bounds(double[] low, double[] high) {}
