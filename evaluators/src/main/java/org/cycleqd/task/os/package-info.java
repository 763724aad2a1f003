/**
 * AgentBench's operating-system task: each record on a throw-away machine of its own, prepared by
 * its scripts, judged by the answer or by what scripts find there.
 */
@NullMarked
package org.cycleqd.task.os;

import org.jspecify.annotations.NullMarked;
