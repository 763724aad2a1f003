package org.cycleqd.experiment.run;

/**
 * How the program was asked, for reports and model cards.
 *
 * @param command the command line that repeats the run
 * @param version of this program
 */
public record Invocation(String command, String version) {}
