package org.cycleqd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model laid out as the Hugging Face libraries do it in their cache. */
class LinkPolicyTest {

  @TempDir private Path cache;
  private Path snapshot = Path.of("");
  private Path blobs = Path.of("");

  @BeforeEach
  void makeCache() throws IOException {
    Path repository = cache.resolve("models--someone--tiny");
    blobs = Files.createDirectories(repository.resolve("blobs"));
    snapshot = Files.createDirectories(repository.resolve("snapshots/0123abcd"));
    Path plain = cache.resolve("plain");
    CheckpointWriter.publish(
        plain,
        CheckpointContent.of(TinyModel.of(DType.F32).config(), TinyModel.weights(7))
            .withFile("tokenizer.json", "{}")
            .withMaximumShardBytes(1500),
        ExistingTarget.REFUSE);
    try (Stream<Path> files = Files.list(plain)) {
      for (Path file : files.toList()) {
        String name = Objects.requireNonNull(file.getFileName()).toString();
        Files.move(file, blobs.resolve("blob-of-" + name));
        link(name, Path.of("../../blobs/blob-of-" + name));
      }
    }
  }

  @Test
  void linksWithinARepositoryAreFollowedOnRequestOnly() throws IOException {
    assertRefused(
        LinkPolicy.REFUSE,
        "model.safetensors.index.json: file: found a symbolic link, expected the file itself; copy"
            + " it into the folder, or allow hub links");
    try (Checkpoint model = Checkpoint.open(snapshot, LinkPolicy.HUB_CACHE)) {
      assertThat(model.tensors()).hasSize(21);
      assertThat(model.links()).isEqualTo(LinkPolicy.HUB_CACHE);
      CheckpointContent content =
          CheckpointContent.like(model, TensorSource.ofViews(model.tensors()));
      CheckpointWriter.publish(cache.resolve("copy"), content, ExistingTarget.REFUSE);
      try (Checkpoint copy = Checkpoint.open(cache.resolve("copy"))) {
        assertThat(copy.digest()).isEqualTo(model.digest());
      }
    }
    assertThat(cache.resolve("copy/tokenizer.json")).isRegularFile().hasContent("{}");
    assertThat(Files.isSymbolicLink(cache.resolve("copy/tokenizer.json"))).isFalse();
  }

  @Test
  void aRepositoryMayBeReachedThroughALinkToTheCache() throws IOException {
    Path elsewhere = Files.createSymbolicLink(cache.resolve("current"), snapshot);
    try (Checkpoint model = Checkpoint.open(elsewhere, LinkPolicy.HUB_CACHE)) {
      assertThat(model.tensors()).hasSize(21);
    }
  }

  @Test
  void linksOutOfTheRepositoryAreRefused() throws IOException {
    String shard = firstShard();
    Path blob = blobs.resolve("blob-of-" + shard);
    Path outside = Files.move(blob, cache.resolve("outside"));
    String refusal = shard + ": file: found a symbolic link to " + outside.toRealPath();
    for (Path target :
        List.of(outside, Path.of("../../../outside"), Path.of("../../blobs/../../outside"))) {
      link(shard, target);
      assertRefused(LinkPolicy.HUB_CACHE, refusal);
    }
    // A blob that is itself a link leads out as well.
    Files.createSymbolicLink(blob, outside);
    link(shard, Path.of("../../blobs/blob-of-" + shard));
    assertRefused(LinkPolicy.HUB_CACHE, refusal);
    Files.delete(blob);
    assertRefused(LinkPolicy.HUB_CACHE, shard + ": file: found a symbolic link to nothing");
    link(shard, Path.of("../../blobs"));
    assertRefused(LinkPolicy.HUB_CACHE, "expected a link to a file in ");
    Path other = Files.createDirectories(cache.resolve("models--someone--other/blobs"));
    Files.move(outside, other.resolve("shard"));
    link(shard, Path.of("../../../models--someone--other/blobs/shard"));
    assertRefused(LinkPolicy.HUB_CACHE, "models--someone--other/blobs/shard, expected a link to");
  }

  @Test
  void linksOutsideOfACacheAreRefused() throws IOException {
    Path folder = TinyModel.of(DType.F32).publish(cache.resolve("m"));
    Files.move(folder.resolve("model.safetensors"), cache.resolve("w"));
    Files.createSymbolicLink(folder.resolve("model.safetensors"), cache.resolve("w"));
    assertThatThrownBy(() -> Checkpoint.open(folder, LinkPolicy.HUB_CACHE).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("found a symbolic link outside of a Hugging Face cache");
  }

  private String firstShard() throws IOException {
    try (Stream<Path> files = Files.list(snapshot)) {
      return files
          .map(file -> Objects.requireNonNull(file.getFileName()).toString())
          .filter(name -> name.startsWith("model-00001-of-"))
          .findAny()
          .orElseThrow();
    }
  }

  private void link(String name, Path target) throws IOException {
    Files.deleteIfExists(snapshot.resolve(name));
    Files.createSymbolicLink(snapshot.resolve(name), target);
  }

  private void assertRefused(LinkPolicy links, String message) {
    assertThatThrownBy(() -> Checkpoint.open(snapshot, links).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }
}
