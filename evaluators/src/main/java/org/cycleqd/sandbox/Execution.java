package org.cycleqd.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One process from start to end, with its pipes served and its time watched. */
final class Execution {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
          "HOME", "/tmp",
          "TMPDIR", "/tmp",
          "LC_ALL", "C");

  private final Process process;
  private final int outputBytes;
  private final AtomicBoolean overflowed = new AtomicBoolean();

  private Execution(Process process, int outputBytes) {
    this.process = process;
    this.outputBytes = outputBytes;
  }

  static Completion run(List<String> words, Command command) {
    return new Execution(start(words), command.limits().outputBytes()).serve(command);
  }

  /** Starts a process that sees nothing of this one's environment. */
  static Process start(List<String> words) {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().clear();
    builder.environment().putAll(ENVIRONMENT);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Completion serve(Command command) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    List<Thread> servants =
        List.of(
            Thread.ofPlatform().daemon().start(() -> write(command.input())),
            Thread.ofPlatform().daemon().start(() -> read(process.getInputStream(), output)),
            Thread.ofPlatform().daemon().start(() -> read(process.getErrorStream(), errors)));
    boolean timedOut = false;
    try {
      timedOut = !process.waitFor(command.limits().wallTime().toNanos(), TimeUnit.NANOSECONDS);
      if (timedOut) {
        kill();
      }
      for (Thread servant : servants) {
        servant.join();
      }
      return new Completion(
          process.waitFor(), text(output), text(errors), timedOut, overflowed.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a sandboxed command", e);
    } finally {
      kill();
    }
  }

  /** Unlike {@link Process#destroyForcibly()} this leaves what is in the pipes to be read. */
  private void kill() {
    process.toHandle().destroyForcibly();
  }

  private void write(String input) {
    try (OutputStream pipe = process.getOutputStream()) {
      pipe.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException reader) {
      // The command ended or closed its input without reading all of it, which it may.
    }
  }

  private void read(InputStream pipe, ByteArrayOutputStream kept) {
    byte[] buffer = new byte[1 << 16];
    try (pipe) {
      for (int count = pipe.read(buffer); count >= 0; count = pipe.read(buffer)) {
        kept.write(buffer, 0, Math.min(count, outputBytes - kept.size()));
        if (kept.size() == outputBytes) {
          overflowed.set(true);
          kill();
        }
      }
    } catch (IOException closed) {
      // Killed while it was writing; what came before is kept.
    }
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
