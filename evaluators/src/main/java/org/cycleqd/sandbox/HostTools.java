package org.cycleqd.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds programs and system folders on the host. */
final class HostTools {
  private static final int NOBODY = 65534;
  private static final List<String> FOLDERS = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin");

  /** What every program needs to start; those that a host lacks are left out. */
  private static final List<String> SYSTEM =
      List.of(
          "/usr",
          "/bin",
          "/sbin",
          "/lib",
          "/lib32",
          "/lib64",
          "/libx32",
          "/etc/alternatives",
          "/etc/ld.so.cache");

  private HostTools() {}

  static Optional<String> find(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(FOLDERS.stream(), Stream.of(path.split(File.pathSeparator, -1)))
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  static List<Path> systemPaths() {
    return SYSTEM.stream().map(Path::of).filter(path -> Files.exists(path)).toList();
  }

  static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Words that make what follows run as nobody; the kernel does not limit root's processes. */
  static List<String> asNobody(String setpriv) {
    return List.of(setpriv, "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--");
  }

  /** Words that put what follows under limits. */
  static List<String> limited(String prlimit, Limits limits) {
    List<String> words = new ArrayList<>();
    words.add(prlimit);
    words.add("--cpu=" + limits.processorSeconds());
    words.add("--as=" + limits.memoryBytes());
    words.add("--nproc=" + limits.processes());
    words.add("--fsize=" + limits.fileBytes());
    words.add("--core=0");
    words.add("--");
    return words;
  }
}
