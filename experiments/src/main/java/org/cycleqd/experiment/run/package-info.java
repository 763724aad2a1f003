/**
 * Carries an experiment out, from its config to a folder full of results.
 *
 * <p>{@link org.cycleqd.experiment.run.ExperimentRun} opens models and tasks, lets the engine
 * search, scores the outcome on the test split, which the search never saw, and writes tables,
 * figures, the report and the exported models. A run that was stopped is carried on by executing it
 * again: its journal says how far it came.
 */
@NullMarked
package org.cycleqd.experiment.run;

import org.jspecify.annotations.NullMarked;
