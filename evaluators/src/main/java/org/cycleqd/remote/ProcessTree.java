package org.cycleqd.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * All processes that a program starts. They inherit a mark in their environment, so those are found
 * too whose parents have ended, which no list of descendants holds.
 */
public final class ProcessTree {

  private static final String MARK = "CYCLEQD_PROCESS_TREE";

  /** More rounds are needed only where processes are started while they are killed. */
  private static final int ROUNDS = 100;

  private final String mark;

  private ProcessTree(String mark) {
    this.mark = mark;
  }

  /** The tree of the program that a builder will start. */
  public static ProcessTree marking(ProcessBuilder builder) {
    // A name, not a draw: no result depends on it.
    String value = UUID.randomUUID().toString();
    builder.environment().put(MARK, value);
    return new ProcessTree(MARK + "=" + value);
  }

  /** Kills the processes, the first one included. */
  public void kill(Process first) {
    for (int round = 0; round < ROUNDS; round++) {
      List<ProcessHandle> alive =
          Stream.concat(
                  Stream.concat(first.descendants(), Stream.of(first.toHandle())),
                  ProcessHandle.allProcesses().filter(this::isMarked))
              .filter(ProcessHandle::isAlive)
              .toList();
      if (alive.isEmpty()) {
        return;
      }
      alive.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private boolean isMarked(ProcessHandle process) {
    Path environment = Path.of("/proc", Long.toString(process.pid()), "environ");
    try {
      return new String(Files.readAllBytes(environment), StandardCharsets.ISO_8859_1)
          .contains(mark);
    } catch (IOException e) {
      // Another user's process, one that has ended, or a system without this file.
      return false;
    }
  }
}
