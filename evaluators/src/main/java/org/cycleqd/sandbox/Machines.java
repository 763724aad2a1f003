package org.cycleqd.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Starts throw-away machines. Safe for concurrent use. */
public final class Machines {
  private static final String MISSING =
      "no throw-away machine can be made here: install unshare, prlimit and setpriv (apt-get install"
          + " util-linux)";
  private static final long FILE_BYTES = 64L << 20;
  private static final long MEMORY_BYTES = 1L << 30;
  private static final int PROCESSES = 128;

  private final List<String> words;

  private Machines(List<String> words) {
    this.words = List.copyOf(words);
  }

  /**
   * Finds what machines are made with, and makes one to see.
   *
   * @throws SandboxUnavailableException if that does not work; the message says what to install
   */
  public static Machines locate() {
    String unshare = program("unshare");
    String prlimit = program("prlimit");
    List<String> words = new ArrayList<>();
    if (HostTools.isRoot()) {
      words.addAll(HostTools.asNobody(program("setpriv")));
    }
    words.addAll(List.of(unshare, "--user", "--map-root-user", "--net", "--pid", "--fork"));
    words.addAll(List.of("--kill-child", "--mount", "--uts", "--ipc", "--propagation", "private"));
    words.addAll(List.of("--", "/bin/sh", "-c", resource("build-machine.sh"), "machine"));
    words.addAll(List.of(Long.toString(FILE_BYTES), prlimit, "--as=" + MEMORY_BYTES));
    words.addAll(List.of("--nproc=" + PROCESSES, "--core=0", "--"));
    words.addAll(List.of("/usr/bin/python3", "-I", "-S", "-c", resource("machine.py")));
    Machines machines = new Machines(words);
    machines.start().close();
    return machines;
  }

  private static String program(String name) {
    return HostTools.find(name).orElseThrow(() -> new SandboxUnavailableException(MISSING));
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Machines.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a machine.
   *
   * @throws SandboxUnavailableException if it does not start
   */
  public Machine start() {
    return Machine.start(words);
  }
}
