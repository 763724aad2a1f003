package org.cycleqd.sandbox;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A sandboxed program that stays and is spoken to line by line, so that its start is paid for once.
 * One thread at a time. When it is closed, the kernel ends everything that it started.
 */
public final class Session implements AutoCloseable {
  private static final int MOST_ERRORS = 1 << 14;

  private final Process process;
  private final BufferedReader replies;
  private final ByteArrayOutputStream errors;
  private final Thread parent;

  private Session(Process process, ByteArrayOutputStream errors, Thread parent) {
    this.process = process;
    this.replies =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8), 1 << 16);
    this.errors = errors;
    this.parent = parent;
  }

  /**
   * Starts a program on a thread that lives as long as the program: the kernel kills a sandbox when
   * the thread that started it ends, not only when the process does.
   *
   * @param program starts it
   * @throws java.io.UncheckedIOException if it cannot be started
   */
  static Session start(Supplier<Process> program) {
    CompletableFuture<Process> started = new CompletableFuture<>();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    Thread parent =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                started.complete(program.get());
              } catch (RuntimeException e) {
                started.completeExceptionally(e);
                return;
              }
              listen(started.join(), errors);
            });
    try {
      return new Session(started.join(), errors, parent);
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /**
   * Sends a line, if it is not empty, and waits for a line.
   *
   * @param line in UTF-8, without its end
   * @param limit after which everything is killed
   * @throws IOException if the program ended or was late; the session is of no more use
   */
  public String ask(String line, Duration limit) throws IOException {
    CompletableFuture<Void> watch =
        CompletableFuture.runAsync(
            process::destroyForcibly,
            CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
    try {
      if (!line.isEmpty()) {
        OutputStream pipe = process.getOutputStream();
        pipe.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        pipe.flush();
      }
      String reply = replies.readLine();
      if (reply == null) {
        throw new IOException("the sandboxed program ended: " + complaint());
      }
      return reply;
    } finally {
      watch.cancel(false);
    }
  }

  private String complaint() {
    try {
      parent.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return errors.toString(StandardCharsets.UTF_8).strip();
  }

  private static void listen(Process process, ByteArrayOutputStream errors) {
    byte[] buffer = new byte[1 << 12];
    try (InputStream pipe = process.getErrorStream()) {
      for (int count = pipe.read(buffer); count >= 0; count = pipe.read(buffer)) {
        if (errors.size() < MOST_ERRORS) {
          errors.write(buffer, 0, count);
        }
      }
    } catch (IOException closed) {
      // Killed while it was writing; what came before is kept.
    }
    process.onExit().join();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
