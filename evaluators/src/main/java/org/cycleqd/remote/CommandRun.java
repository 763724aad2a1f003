package org.cycleqd.remote;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end, or kills it and all it started. */
final class CommandRun {

  private static final int TAIL = 2000;

  private CommandRun() {}

  /**
   * How a program ended.
   *
   * @param exitStatus 0 is success
   * @param described the end in words
   * @param output the last of what it wrote
   */
  record Result(int exitStatus, String described, String output) {}

  /**
   * Runs a program with this process's environment and no input.
   *
   * @throws InterruptedException if interrupted; the program is killed then
   */
  static Result of(List<String> words, Duration limit) throws InterruptedException {
    try {
      // A file, not a pipe: a server that the program leaves running would die of a closed pipe.
      Path log = Files.createTempFile("reload", ".log");
      try {
        return run(words, limit, log);
      } finally {
        Files.delete(log);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Result run(List<String> words, Duration limit, Path log)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    ProcessTree tree = ProcessTree.marking(builder);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Result(-1, "no program that starts", String.valueOf(e.getMessage()));
    }
    boolean ended = false;
    try {
      ended = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    } finally {
      if (!ended) {
        tree.kill(process);
      }
    }
    int status = process.waitFor();
    String described = ended ? "exit status " + status : "no end within " + limit;
    return new Result(ended ? status : -1, described, tail(log));
  }

  private static String tail(Path log) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      int length = (int) Math.min(TAIL, file.length());
      byte[] bytes = new byte[length];
      file.seek(file.length() - length);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
