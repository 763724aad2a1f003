/**
 * Tasks that any program scores: it is given a model, in a folder or behind an endpoint, and prints
 * the scores as JSON.
 */
@NullMarked
package org.cycleqd.task.command;

import org.jspecify.annotations.NullMarked;
