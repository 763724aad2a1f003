package org.cycleqd.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Watches how much memory this process holds that belongs to no file. */
final class ResidentMemory implements AutoCloseable {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String FIELD = "RssAnon:";
  private static final long INTERVAL_MILLIS = 2;
  private static final long KIBI = 1024;

  private final Thread watcher;
  private volatile long peak;

  private ResidentMemory() {
    peak = now();
    watcher = Thread.ofPlatform().daemon().name("memory").start(this::watch);
  }

  static ResidentMemory watching() {
    return new ResidentMemory();
  }

  /** Bytes at this moment; 0 where the system does not tell. */
  static long now() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(FIELD)) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * KIBI;
        }
      }
      return 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private void watch() {
    while (!Thread.currentThread().isInterrupted()) {
      peak = Math.max(peak, now());
      try {
        Thread.sleep(INTERVAL_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** The most bytes since the start. */
  long peak() {
    peak = Math.max(peak, now());
    return peak;
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
