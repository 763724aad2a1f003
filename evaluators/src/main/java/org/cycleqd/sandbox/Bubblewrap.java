package org.cycleqd.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Isolation by {@code bwrap}. */
record Bubblewrap(List<String> prefix, String bwrap, String prlimit) implements Backend {

  @Override
  public String description() {
    return "bubblewrap" + (prefix.isEmpty() ? "" : " as nobody");
  }

  @Override
  public List<String> wrap(Command command) {
    List<String> words = new ArrayList<>(prefix);
    words.add(bwrap);
    words.addAll(List.of("--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"));
    words.addAll(List.of("--as-pid-1", "--cap-drop", "ALL", "--hostname", "sandbox"));
    HostTools.systemPaths().forEach(path -> words.addAll(system(path)));
    words.addAll(List.of("--dev", "/dev", "--remount-ro", "/dev"));
    String size = Long.toString(command.limits().fileBytes());
    words.addAll(List.of("--size", size, "--tmpfs", "/tmp"));
    for (ReadOnlyBind bind : command.binds()) {
      words.addAll(List.of("--ro-bind", bind.host().toString(), bind.inside().toString()));
    }
    words.addAll(List.of("--remount-ro", "/", "--chdir", command.directory().toString(), "--"));
    words.addAll(HostTools.limited(prlimit, command.limits()));
    words.addAll(command.arguments());
    return words;
  }

  private static List<String> system(Path path) {
    try {
      return Files.isSymbolicLink(path)
          ? List.of("--symlink", Files.readSymbolicLink(path).toString(), path.toString())
          : List.of("--ro-bind", path.toString(), path.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
