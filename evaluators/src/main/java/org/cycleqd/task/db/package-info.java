/**
 * AgentBench's database task (DBBench): each record has a database of its own, in memory, that
 * takes statements as MySQL would, as far as the records need, or on a server.
 *
 * <p>Questions are judged by the answer, orders by the table that they leave. What a model writes
 * is never evaluated as a program.
 */
@NullMarked
package org.cycleqd.task.db;

import org.jspecify.annotations.NullMarked;
