package org.cycleqd.checkpoint.adapter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.cycleqd.tensor.TensorView;

/** The content identity of an adapter. */
final class AdapterDigest {

  private static final String FORMAT = "cycleqd adapter 1\n";
  private static final long PART_BYTES = 1L << 24;

  private AdapterDigest() {}

  static String of(Path configuration, Collection<TensorView> tensors) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(FORMAT.getBytes(StandardCharsets.UTF_8));
      byte[] config = Files.readAllBytes(configuration);
      sha.update((config.length + "\n").getBytes(StandardCharsets.UTF_8));
      sha.update(config);
      List<TensorView> ordered =
          tensors.stream().sorted(Comparator.comparing(view -> view.spec().name())).toList();
      for (TensorView view : ordered) {
        sha.update((view.spec() + "\n").getBytes(StandardCharsets.UTF_8));
        add(sha, view.data());
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void add(MessageDigest sha, MemorySegment data) {
    for (long start = 0; start < data.byteSize(); start += PART_BYTES) {
      long length = Math.min(PART_BYTES, data.byteSize() - start);
      sha.update(data.asSlice(start, length).asByteBuffer());
    }
  }
}
