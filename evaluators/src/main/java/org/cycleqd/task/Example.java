package org.cycleqd.task;

/**
 * A prompt with the answer to learn.
 *
 * @param prompt what the model reads
 * @param answer what it should write
 */
public record Example(String prompt, String answer) {}
