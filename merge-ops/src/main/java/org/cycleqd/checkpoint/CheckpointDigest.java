package org.cycleqd.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.SequencedMap;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/** The content identity of a model. */
final class CheckpointDigest {

  private static final String FORMAT = "cycleqd checkpoint 1\n";
  private static final long PART_BYTES = 1L << 24;

  private final MessageDigest sha;

  private CheckpointDigest(MessageDigest sha) {
    this.sha = sha;
  }

  static String of(LlamaConfig config, Collection<TensorView> tensors) {
    CheckpointDigest digest = new CheckpointDigest(sha256());
    digest.add(FORMAT);
    digest.add(ConfigFacts.architecture(config));
    digest.add(ConfigFacts.generation(config));
    for (TensorView view : tensors) {
      TensorSpec spec = view.spec();
      digest.add("%s %s %s\n".formatted(spec.name(), spec.dtype(), spec.shape()));
      digest.add(view.data());
    }
    return HexFormat.of().formatHex(digest.sha.digest());
  }

  private void add(SequencedMap<String, String> facts) {
    facts.forEach((field, value) -> add("%s=%s\n".formatted(field, value)));
  }

  private void add(String text) {
    sha.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private void add(MemorySegment data) {
    for (long start = 0; start < data.byteSize(); start += PART_BYTES) {
      long length = Math.min(PART_BYTES, data.byteSize() - start);
      sha.update(data.asSlice(start, length).asByteBuffer());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
