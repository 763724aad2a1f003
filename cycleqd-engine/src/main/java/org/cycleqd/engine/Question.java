package org.cycleqd.engine;

/**
 * One item of one task.
 *
 * @param task number of the task, in task order from 0
 * @param item number of the item in the task, from 0
 */
public record Question(int task, int item) {}
