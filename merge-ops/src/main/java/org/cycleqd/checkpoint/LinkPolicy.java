package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** What is done with a model's files that are symbolic links. */
public enum LinkPolicy {
  /** They are refused: a folder that came from elsewhere must not point into this machine. */
  REFUSE,

  /**
   * They are followed within one repository of a Hugging Face cache, from {@code
   * models--OWNER--NAME/snapshots/REVISION/} to {@code models--OWNER--NAME/blobs/}, and refused
   * otherwise.
   */
  HUB_CACHE;

  private static final String REPOSITORY = "models--";

  /**
   * Checks that a file is there and may be read.
   *
   * @param expected what the file should be, for the message if it is not there
   * @throws CheckpointException if it is not, or is a link that is not followed
   */
  public void require(Path file, String expected) throws IOException {
    if (Files.isSymbolicLink(file)) {
      requireHubLink(file);
    } else if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException(
          file, "file", Files.exists(file) ? "no regular file" : "none", expected);
    }
  }

  private void requireHubLink(Path link) throws IOException {
    if (this == REFUSE) {
      throw new CheckpointException(
          link,
          "file",
          "a symbolic link",
          "the file itself; copy it into the folder, or allow hub links for a Hugging Face cache");
    }
    if (!Files.exists(link)) {
      throw new CheckpointException(
          link, "file", "a symbolic link to nothing", "a link to a file that is there");
    }
    Path target = link.toRealPath();
    Path blobs = blobs(link);
    if (!target.startsWith(blobs) || !Files.isRegularFile(target)) {
      throw new CheckpointException(
          link, "file", "a symbolic link to " + target, "a link to a file in " + blobs);
    }
  }

  private static Path blobs(Path link) throws IOException {
    Path folder = link.toAbsolutePath().getParent();
    Path repository = folder == null ? null : folder.toRealPath();
    while (repository != null && !String.valueOf(repository.getFileName()).startsWith(REPOSITORY)) {
      repository = repository.getParent();
    }
    if (repository == null) {
      throw new CheckpointException(
          link,
          "file",
          "a symbolic link outside of a Hugging Face cache",
          "the file itself, or a folder below " + REPOSITORY + "OWNER--NAME");
    }
    return repository.resolve("blobs");
  }
}
