package org.cycleqd.evaluation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.lm.DecodingLoop;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.text.ChatTemplate;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.serve.ModelServer;
import org.cycleqd.serve.ServedModel;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.command.CommandTask;
import org.cycleqd.task.command.ProgramRun;
import org.cycleqd.tensor.FloatConversion;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorTarget;

/**
 * Hands live models to programs: behind an endpoint on loopback, for which nothing is written, or
 * in a folder that is gone afterwards.
 *
 * @param donor gives configuration, number formats and the tokenizer's files
 * @param tokenizer of the model
 * @param folder of the model itself, where it lies on the disk as it is
 */
public record Handover(Checkpoint donor, Tokenizer tokenizer, Optional<Path> folder) {

  private static final String NAME = "model";
  private static final int ROWS = 16;
  private static final int QUEUE = 4096;
  private static final int PIECE = 1 << 22;

  /**
   * Lets a program score a model.
   *
   * @param items of one split of a command task
   * @return the items' scores, as the task's judge takes them
   * @throws org.cycleqd.task.command.ProgramException if the program gives none
   */
  List<Response> answer(LiveModel model, Asking.Program how, List<Item> items)
      throws InterruptedException {
    CommandTask.Range range = CommandTask.range(items);
    Map<String, String> values = new HashMap<>();
    values.put("split", range.split());
    values.put("seed", Long.toString(range.seed()));
    values.put("first", Integer.toString(range.first()));
    values.put("items", Integer.toString(range.count()));
    values.put("model", NAME);
    double[] scores;
    try {
      scores =
          names(how, "{folder}")
              ? inFolder(model, how, values, range.count())
              : served(model, how, values, range.count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return items.stream()
        .map(item -> scores[CommandTask.place(item).first() - range.first()])
        .map(score -> new Response(Double.toString(score), List.of(), 0))
        .toList();
  }

  private static boolean names(Asking.Program how, String what) {
    return how.arguments().stream().anyMatch(word -> word.contains(what));
  }

  private double[] inFolder(
      LiveModel model, Asking.Program how, Map<String, String> values, int count)
      throws IOException, InterruptedException {
    if (folder.isPresent()) {
      values.put("folder", folder.get().toAbsolutePath().toString());
      return served(model, how, values, count);
    }
    Path scratch = Files.createTempDirectory("model");
    try {
      Path target = scratch.resolve(NAME);
      CheckpointWriter.publish(
          target,
          CheckpointContent.like(donor, (spec, bytes) -> write(model, spec, bytes)),
          ExistingTarget.REFUSE);
      values.put("folder", target.toString());
      return served(model, how, values, count);
    } finally {
      delete(scratch);
    }
  }

  private double[] served(
      LiveModel model, Asking.Program how, Map<String, String> values, int count)
      throws IOException, InterruptedException {
    if (!names(how, "{endpoint}")) {
      return ProgramRun.scores(how, values, count);
    }
    try (DecodingLoop loop = new DecodingLoop(model, ROWS, model.runtime().positions());
        ModelServer server =
            ModelServer.start(
                new ServedModel(
                    NAME,
                    loop,
                    tokenizer,
                    ChatTemplate.of(donor.folder()),
                    donor.config().specialTokens()),
                new ModelServer.Options(0, QUEUE, 0),
                Clock.systemUTC())) {
      values.put("endpoint", server.base().toString());
      return ProgramRun.scores(how, values, count);
    }
  }

  /** Candidates were rounded to the donor's format before they became live, so nothing is lost. */
  private static void write(LiveModel model, TensorSpec spec, TensorTarget target)
      throws IOException {
    float[] values = model.floats(spec.name());
    int width = spec.dtype().bits() / Byte.SIZE;
    for (int first = 0; first < values.length; first += PIECE) {
      int count = Math.min(PIECE, values.length - first);
      MemorySegment bytes = MemorySegment.ofArray(new byte[count * width]);
      FloatConversion.round(spec.dtype(), values, first, bytes, 0, count);
      target.put((long) first * width, bytes);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = new ArrayList<>(walk.sorted(Comparator.reverseOrder()).toList());
    }
    for (Path each : all) {
      Files.delete(each);
    }
  }
}
