package org.cycleqd.checkpoint;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;

/**
 * A process that publishes a sharded model of 1.7 megabytes in six shards, and does not always
 * survive it.
 *
 * <p>Arguments: the target, a seed of the weights, and one of {@code kill-byte N}, {@code
 * kill-phase PHASE}, {@code kill-between-renames}, {@code wait} (for a byte on standard input),
 * {@code fill FILE} (until the disk is full) and {@code finish}.
 */
final class PublishingProcess {

  private static final int PIECE_BYTES = 50_000;

  private PublishingProcess() {}

  static List<String> command(Path target, long seed, String... fate) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                PublishingProcess.class.getName(),
                target.toString(),
                Long.toString(seed)));
    command.addAll(List.of(fate));
    return command;
  }

  /** Starts a child whose complaints go to a file. */
  static Process start(List<String> command, File errors) throws IOException {
    return new ProcessBuilder(command).redirectError(errors).start();
  }

  static CheckpointContent content(long seed) {
    return CheckpointContent.of(config(), weights(seed)).withMaximumShardBytes(350_000);
  }

  static long bytes() {
    return config().tensors().stream().mapToLong(TensorSpec::bytes).sum();
  }

  public static void main(String[] arguments) throws Exception {
    Path target = Path.of(arguments[0]);
    CheckpointContent content = content(Long.parseLong(arguments[1]));
    switch (arguments[2]) {
      case "kill-byte" -> publish(target, mortal(content, Long.parseLong(arguments[3])), "");
      case "kill-phase" -> publish(target, content, arguments[3]);
      case "kill-between-renames" -> {
        StagingArea area = StagingArea.claim(target);
        Files.createDirectory(area.partial());
        Files.move(target, area.old());
        kill();
      }
      case "wait" ->
          CheckpointWriter.publish(
              target,
              content,
              ExistingTarget.REPLACE,
              phase -> {
                if (phase == PublicationPhase.VERIFYING) {
                  await();
                }
              });
      case "fill" -> {
        try {
          publish(target, filling(content, Path.of(arguments[3])), "");
        } catch (IOException e) {
          System.out.println(e.getMessage());
          Files.deleteIfExists(Path.of(arguments[3]));
        }
        try (var left = Files.list(target.resolveSibling("."))) {
          System.out.println(left.toList());
        }
      }
      case "finish" -> publish(target, content, "");
      default -> throw new IllegalArgumentException(arguments[2]);
    }
  }

  private static void publish(Path target, CheckpointContent content, String deadly)
      throws IOException {
    CheckpointWriter.publish(
        target,
        content,
        ExistingTarget.REPLACE,
        phase -> {
          if (phase.name().equals(deadly)) {
            kill();
          }
        });
  }

  private static LlamaConfig config() {
    return new LlamaConfig(
        1024,
        128,
        256,
        4,
        new AttentionConfig(4, 2, 32, false),
        false,
        1e-5,
        new RotaryEmbedding(1e4, Optional.empty()),
        128,
        false,
        DType.BF16,
        SpecialTokens.of(1, 2));
  }

  private static TensorSource weights(long seed) {
    return TensorSource.ofFloats(name -> {
      TensorSpec spec =
          config().tensors().stream().filter(s -> s.name().equals(name)).findAny().orElseThrow();
      Draws draws = Draws.at(seed, name);
      float[] floats = new float[(int) spec.elements()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) draws.uniform(i);
      }
      return floats;
    });
  }

  /** The same content, but the process does not survive a byte of the weights. */
  private static CheckpointContent mortal(CheckpointContent content, long deadly) {
    AtomicLong put = new AtomicLong();
    return with(
        content,
        (spec, target) ->
            content
                .weights()
                .write(
                    spec,
                    (offset, bytes) -> {
                      for (long at = 0; at < bytes.byteSize(); at += PIECE_BYTES) {
                        long piece = Math.min(PIECE_BYTES, bytes.byteSize() - at);
                        long left = deadly - put.getAndAdd(piece);
                        target.put(offset + at, bytes.asSlice(at, Math.min(piece, left)));
                        if (left <= piece) {
                          kill();
                        }
                      }
                    }));
  }

  private static CheckpointContent filling(CheckpointContent content, Path filler) {
    return with(
        content,
        (spec, target) -> {
          if (spec.name().equals("model.layers.1.mlp.up_proj.weight")) {
            fill(filler);
          }
          content.weights().write(spec, target);
        });
  }

  private static void fill(Path filler) throws IOException {
    long free = Files.getFileStore(filler.resolveSibling(".")).getUsableSpace();
    try (FileChannel channel =
        FileChannel.open(filler, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      channel.write(MemorySegment.ofArray(new byte[(int) free]).asByteBuffer());
    }
  }

  private static CheckpointContent with(CheckpointContent content, TensorSource weights) {
    return new CheckpointContent(
            content.config(), content.tensors(), weights, content.files(), content.donor())
        .withMaximumShardBytes(content.maximumShardBytes());
  }

  private static void await() {
    try {
      System.out.println("waiting");
      if (System.in.read() == -1) {
        throw new IllegalStateException("the test is gone");
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void kill() {
    try {
      new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid())).start();
      Thread.sleep(60_000);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException("still alive");
  }
}
