/**
 * The command line.
 *
 * <p>{@link org.cycleqd.cli.Main} parses, reads configuration files and turns failures into one
 * line and an exit code: 0 for success, 1 for a run that failed, 2 for a mistake in the command or
 * in a configuration. What a command does is behind {@link org.cycleqd.cli.Commands}, so that
 * parsing can be tested without models and the work without a command line.
 *
 * <p>Results go to standard output, everything else to standard error: {@link
 * org.cycleqd.cli.ProgressLine} is silent unless a person is watching, {@link
 * org.cycleqd.cli.TextTable} lays out results. {@link org.cycleqd.cli.Terminal} is the only place
 * that touches the process's streams.
 */
@NullMarked
package org.cycleqd.cli;

import org.jspecify.annotations.NullMarked;
