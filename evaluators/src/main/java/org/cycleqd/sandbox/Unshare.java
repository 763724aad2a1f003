package org.cycleqd.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Isolation by {@code unshare} and a script that builds the root with {@code mount}. */
record Unshare(List<String> prefix, String unshare, String prlimit) implements Backend {
  private static final String SET_UP = script();

  @Override
  public String description() {
    return "unshare" + (prefix.isEmpty() ? "" : " as nobody");
  }

  @Override
  public List<String> wrap(Command command) {
    List<String> words = new ArrayList<>(prefix);
    words.addAll(List.of(unshare, "--user", "--map-root-user", "--net", "--pid", "--fork"));
    words.addAll(List.of("--kill-child", "--mount", "--uts", "--ipc", "--propagation", "private"));
    words.addAll(List.of("--", "/bin/sh", "-c", SET_UP, "sandbox"));
    words.add(command.directory().toString());
    words.add(Long.toString(command.limits().fileBytes()));
    for (Path path : HostTools.systemPaths()) {
      words.addAll(List.of(path.toString(), path.toString()));
    }
    for (ReadOnlyBind bind : command.binds()) {
      words.addAll(List.of(bind.host().toString(), bind.inside().toString()));
    }
    words.add("--");
    words.addAll(HostTools.limited(prlimit, command.limits()));
    words.addAll(command.arguments());
    return words;
  }

  private static String script() {
    try (InputStream in =
        Objects.requireNonNull(Unshare.class.getResourceAsStream("build-root.sh"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
