/**
 * Isolation for what a model wrote.
 *
 * <p>A {@link org.cycleqd.sandbox.Sandbox} runs one {@link org.cycleqd.sandbox.Command} to its end
 * in namespaces of its own: it sees a root made of the system's programs and libraries, read-only,
 * and an empty {@code /tmp}; no network, no home folders, no processes but its own, no {@code
 * /proc}. {@link org.cycleqd.sandbox.Limits} bound its time, memory, processes, files and output.
 * The command is process 1 of its process namespace, so when it ends, or is killed for being late,
 * the kernel ends everything it started.
 *
 * <p>A {@link org.cycleqd.sandbox.Session} is such a command that stays and is asked line by line.
 * A {@link org.cycleqd.sandbox.Machine} is a throw-away Linux with a root that can be written to.
 *
 * <p>Two programs can set this up: {@code bwrap} (bubblewrap), or {@code unshare} with {@code
 * mount} from util-linux. Where neither works, {@link org.cycleqd.sandbox.Sandbox#locate()} refuses
 * and says what to install. Nothing ever runs outside a sandbox.
 */
@NullMarked
package org.cycleqd.sandbox;

import org.jspecify.annotations.NullMarked;
