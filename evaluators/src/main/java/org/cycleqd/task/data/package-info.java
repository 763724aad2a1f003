/**
 * Files of published data sets: those that ship with the project, as resources of this package with
 * their sources and licences ({@code SOURCE.md}), and those that a user names.
 */
@NullMarked
package org.cycleqd.task.data;

import org.jspecify.annotations.NullMarked;
