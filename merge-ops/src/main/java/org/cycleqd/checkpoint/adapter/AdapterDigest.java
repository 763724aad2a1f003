package org.cycleqd.checkpoint.adapter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.cycleqd.digest.Sha256;
import org.cycleqd.tensor.TensorView;

/** The content identity of an adapter. */
final class AdapterDigest {

  private static final String FORMAT = "cycleqd adapter 1\n";

  private AdapterDigest() {}

  static String of(Path configuration, Collection<TensorView> tensors) {
    Sha256 sha = new Sha256().add(FORMAT);
    try {
      byte[] config = Files.readAllBytes(configuration);
      sha.add(config.length + "\n").add(config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<TensorView> ordered =
        tensors.stream().sorted(Comparator.comparing(view -> view.spec().name())).toList();
    for (TensorView view : ordered) {
      sha.add(view.spec() + "\n").add(view.data());
    }
    return sha.hex();
  }
}
