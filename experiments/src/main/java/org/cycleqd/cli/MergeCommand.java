package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LinkPolicy;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.merge.MergePlan;
import org.cycleqd.merge.MergeProbe;
import org.cycleqd.merge.Merger;
import org.cycleqd.merge.ModelFolders;
import org.cycleqd.merge.recipe.Recipe;
import org.cycleqd.merge.recipe.RecipeReader;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.ByteSize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cycleqd merge}. */
@Command(
    name = "merge",
    description = {
      "Merge models as a recipe says.",
      "",
      "The recipe is a mergekit configuration. The merged model appears complete or not at all;"
          + " arithmetic is in float32 with one rounding at the end."
    },
    footer = {
      "  cycleqd merge ties.yaml merged --models ~/models",
      "  cycleqd merge ties.yaml --plan --models ~/models",
      "  cycleqd merge ties.yaml merged --shard-size 2GB --replace"
    })
final class MergeCommand implements Callable<Integer> {

  private static final double NANOS = 1e9;

  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "RECIPE", description = "The recipe, a YAML file.")
  private Path recipe = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "OUT",
      description = "The merged model's folder; must be empty or not exist.")
  private @Nullable Path out;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description =
          "Where the recipe's models are; without it they are looked for beside the recipe.")
  private @Nullable Path models;

  @Option(
      names = "--plan",
      description =
          "Merge nothing: show what would be read and written, how much memory and about how much"
              + " time it takes, conflicts and licences.")
  private boolean plan;

  @Option(names = "--hub-links", description = "Follow the symbolic links of a Hugging Face cache.")
  private boolean hubLinks;

  @Option(names = "--replace", description = "Replace OUT if it is a model.")
  private boolean replace;

  @Option(
      names = "--shard-size",
      paramLabel = "SIZE",
      description = "Most bytes in one weight file, e.g. 2GB; default 5GB.")
  private @Nullable String shardSize;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads; by default as many as there are processors. Results do not depend on it.")
  private @Nullable Integer threads;

  @Option(names = "--json", description = "Print the plan or the result as JSON.")
  private boolean json;

  MergeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (out == null && !plan) {
      throw new ConfigException("OUT is missing; --plan shows what would be merged");
    }
    int workers = Positive.threads(threads);
    long shardBytes = shardBytes();
    Recipe read = RecipeReader.read(recipe);
    LinkPolicy links = hubLinks ? LinkPolicy.HUB_CACHE : LinkPolicy.REFUSE;
    ModelFolders folders = new ModelFolders(recipe, Optional.ofNullable(models), links);
    try (MergePlan laidOut = MergePlan.of(recipe, read, folders);
        Tiles tiles = new Tiles(workers)) {
      if (plan || out == null) {
        return show(laidOut, tiles);
      }
      laidOut.notices().forEach(notice -> terminal.err().println("note: " + notice));
      merge(laidOut, tiles, out, shardBytes);
      return 0;
    }
  }

  private int show(MergePlan laidOut, Tiles tiles) throws IOException {
    Path folder = out == null ? null : out.toAbsolutePath().getParent();
    Path scratch =
        folder != null && folder.toFile().isDirectory()
            ? folder
            : Path.of(System.getProperty("java.io.tmpdir"));
    List<CheckpointException> conflicts = new ArrayList<>(laidOut.conflicts());
    if (out != null) {
      Merger.targetConflict(laidOut, out, existing()).ifPresent(conflicts::add);
    }
    Optional<MergeProbe> probe =
        conflicts.isEmpty()
            ? Optional.of(MergeProbe.measure(laidOut, tiles, scratch))
            : Optional.empty();
    MergePlanText text = new MergePlanText(laidOut, conflicts, tiles, probe);
    terminal.out().print(json ? text.json() : text.text());
    return conflicts.isEmpty() ? 0 : 1;
  }

  private void merge(MergePlan laidOut, Tiles tiles, Path target, long shardBytes)
      throws IOException {
    AtomicLong done = new AtomicLong();
    long start = System.nanoTime();
    try (ProgressLine line = terminal.bytes("merging", laidOut.bytesToWrite())) {
      Merger.publish(
          laidOut,
          target,
          existing(),
          tiles,
          shardBytes,
          bytes -> line.update(done.addAndGet(bytes), ""));
    }
    double seconds = (System.nanoTime() - start) / NANOS;
    if (json) {
      terminal.out().print(MergePlanText.result(laidOut, target, seconds));
      return;
    }
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "%s  %d tensors  %s  %.1f s%n",
            target,
            laidOut.tasks().size(),
            ByteSize.of((double) laidOut.bytesToWrite()),
            seconds);
  }

  private ExistingTarget existing() {
    return replace ? ExistingTarget.REPLACE : ExistingTarget.REFUSE;
  }

  private long shardBytes() {
    if (shardSize == null) {
      return CheckpointContent.DEFAULT_SHARD_BYTES;
    }
    return ByteSize.parse(shardSize)
        .orElseThrow(() ->
            new ConfigException(
                "--shard-size is '%s', expected a size such as 500MB or 2GB".formatted(shardSize)));
  }
}
