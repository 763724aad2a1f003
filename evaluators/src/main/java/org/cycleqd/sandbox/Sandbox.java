package org.cycleqd.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs commands isolated from the host. Safe for concurrent use. */
public final class Sandbox {
  private static final String PROBE = "echo $$ && ! ls /home /root /proc 2>/dev/null";
  private static final String ADVICE =
      "no sandbox works here, and answers of a model never run without one: install bubblewrap"
          + " (apt-get install bubblewrap), or util-linux with unshare, mount, setpriv and prlimit,"
          + " and let users create user namespaces";

  private final Backend backend;

  private Sandbox(Backend backend) {
    this.backend = backend;
  }

  /**
   * Finds a way to isolate that works on this host, by trying.
   *
   * @throws SandboxUnavailableException if there is none; the message says what to install and what
   *     was tried
   */
  public static Sandbox locate() {
    return firstWorking(candidates());
  }

  static Sandbox firstWorking(List<Backend> candidates) {
    StringBuilder tried = new StringBuilder();
    for (Backend backend : candidates) {
      Sandbox sandbox = new Sandbox(backend);
      Completion probe = sandbox.run(Command.of("/bin/sh", "-c", PROBE));
      if (probe.exitCode() == 0 && probe.output().equals("1\n")) {
        return sandbox;
      }
      tried.append("; ").append(backend.description()).append(": ").append(probe.errors().strip());
    }
    throw new SandboxUnavailableException(ADVICE + tried);
  }

  /** What isolates, such as {@code bubblewrap as nobody}. */
  public String description() {
    return backend.description();
  }

  /**
   * Runs a command to its end, or kills it and all it started when a limit is reached.
   *
   * @throws java.io.UncheckedIOException if the isolating program cannot be started
   */
  public Completion run(Command command) {
    return Execution.run(backend.wrap(command), command);
  }

  /**
   * Starts a command that stays and is spoken to line by line. Its {@link Limits#wallTime()} and
   * {@link Limits#outputBytes()} do not count.
   *
   * @throws java.io.UncheckedIOException if the isolating program cannot be started
   */
  public Session open(Command command) {
    return Session.start(() -> Execution.start(backend.wrap(command)));
  }

  /** All ways that this host has the programs for; first those that run as an ordinary user. */
  static List<Backend> candidates() {
    List<List<String>> prefixes = new ArrayList<>();
    if (HostTools.isRoot()) {
      HostTools.find("setpriv").map(HostTools::asNobody).ifPresent(prefixes::add);
    }
    prefixes.add(List.of());
    Optional<String> prlimit = HostTools.find("prlimit");
    Optional<String> bwrap = HostTools.find("bwrap");
    Optional<String> unshare = HostTools.find("unshare");
    List<Backend> candidates = new ArrayList<>();
    if (prlimit.isPresent() && bwrap.isPresent()) {
      prefixes.forEach(
          prefix -> candidates.add(new Bubblewrap(prefix, bwrap.get(), prlimit.get())));
    }
    if (prlimit.isPresent() && unshare.isPresent()) {
      prefixes.forEach(prefix -> candidates.add(new Unshare(prefix, unshare.get(), prlimit.get())));
    }
    return candidates;
  }
}
