package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.spectral.BasisPolicy;
import org.cycleqd.spectral.BasisStore;
import org.cycleqd.spectral.Expert;
import org.cycleqd.spectral.SingularBasis;
import org.cycleqd.spectral.TensorSite;
import org.cycleqd.spectral.Treatment;
import org.cycleqd.spectral.Truncation;
import org.cycleqd.tensor.ByteSize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cycleqd svd}. */
@Command(
    name = "svd",
    description = {
      "Take experts apart into singular components, and look after what is stored of them.",
      "",
      "Runs build what they need by themselves; building it before says how long it takes and how"
          + " large it is."
    },
    footer = {
      "  cycleqd svd build --base my-base --expert code=my-coder --rank 128",
      "  cycleqd svd info",
      "  cycleqd svd verify"
    })
final class SvdCommand {

  private static final double NANOS = 1e9;
  private static final int SHORT_DIGEST = 12;
  private static final String STORE = ".cycleqd/bases";

  private final Terminal terminal;

  SvdCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Command(
      name = "build",
      description = {
        "Build the bases of experts, models or LoRA adapters, on one base.",
        "",
        "What is there already is only read against its digests; a build that was killed goes on."
      },
      footer = {
        "  cycleqd svd build --base my-base --expert code=my-coder --expert db=my-adapter",
        "  cycleqd svd build --base my-base --expert code=my-coder --energy 0.9 --heads scalar"
      })
  void build(
      @Option(
              names = "--base",
              required = true,
              paramLabel = "DIR",
              description = "The base model's folder.")
          Path base,
      @Option(
              names = "--expert",
              required = true,
              paramLabel = "NAME=DIR",
              description = "An expert's name and folder. Can be given more than once.")
          Map<String, Path> experts,
      @Option(
              names = "--rank",
              paramLabel = "N",
              description = "Leading components of each matrix; by default all.")
          @Nullable Integer rank,
      @Option(
              names = "--energy",
              paramLabel = "SHARE",
              description = "In place of a rank: the share of the squared norm that they hold.")
          @Nullable Double energy,
      @Option(
              names = "--vectors",
              defaultValue = "scalar",
              paramLabel = "HOW",
              description = "Norms and biases: scalar or exclude; default ${DEFAULT-VALUE}.")
          Treatment vectors,
      @Option(
              names = "--embeddings",
              defaultValue = "include",
              paramLabel = "HOW",
              description = "include, scalar or exclude; default ${DEFAULT-VALUE}.")
          Treatment embeddings,
      @Option(
              names = "--heads",
              defaultValue = "include",
              paramLabel = "HOW",
              description = "include, scalar or exclude; default ${DEFAULT-VALUE}.")
          Treatment heads,
      @Option(
              names = "--store",
              defaultValue = STORE,
              paramLabel = "DIR",
              description = "Where bases are kept; default ${DEFAULT-VALUE}.")
          Path store,
      @Option(
              names = "--threads",
              paramLabel = "N",
              description =
                  "Tensors at a time; by default as many as there are processors. Results do not"
                      + " depend on it.")
          @Nullable Integer threads,
      @Option(names = "--json", description = "Print the result as JSON.") boolean json)
      throws IOException {
    BasisPolicy policy = policy(rank, energy, vectors, embeddings, heads);
    BasisStore bases = new BasisStore(store, workers(threads));
    long start = System.nanoTime();
    SequencedMap<String, Expert> opened = new LinkedHashMap<>();
    try (Checkpoint origin = Checkpoint.open(base)) {
      for (Map.Entry<String, Path> expert : experts.entrySet()) {
        opened.put(expert.getKey(), Expert.open(origin, expert.getValue()));
      }
      try (BasisProgress progress = new BasisProgress(terminal);
          SingularBasis basis = bases.open(origin, opened, policy, progress)) {
        built(basis, policy, (System.nanoTime() - start) / NANOS, json);
      }
    } finally {
      opened.values().forEach(Expert::close);
    }
  }

  private void built(SingularBasis basis, BasisPolicy policy, double seconds, boolean json) {
    long coefficients =
        (long) basis.layout().experts().size()
            * basis.layout().tensors().stream().mapToLong(TensorSite::rank).sum();
    if (json) {
      ObjectNode node = new ObjectMapper().createObjectNode();
      node.put("policy", policy.text())
          .put("experts", basis.layout().experts().size())
          .put("tensors", basis.layout().tensors().size())
          .put("coefficients", coefficients)
          .put("seconds", seconds);
      terminal.out().println(node.toPrettyString());
      return;
    }
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "%s: %d tensors, up to %,d coefficients of components in a genome, %.1f s%n",
            policy.text(),
            basis.layout().tensors().size(),
            coefficients,
            seconds);
  }

  @Command(
      name = "info",
      description = "List the bases that are stored.",
      footer = {"  cycleqd svd info", "  cycleqd svd info --store elsewhere --json"})
  void info(
      @Option(
              names = "--store",
              defaultValue = STORE,
              paramLabel = "DIR",
              description = "Where bases are kept; default ${DEFAULT-VALUE}.")
          Path store,
      @Option(names = "--json", description = "Print the list as JSON.") boolean json)
      throws IOException {
    BasisStore bases = new BasisStore(store, 1);
    TextTable table =
        TextTable.of("basis", "base", "expert", "policy", "components", "error", "size");
    ArrayNode list = new ObjectMapper().createArrayNode();
    for (Path file : bases.files()) {
      BasisStore.Entry entry = bases.entry(file);
      table =
          table.with(
              brief(String.valueOf(file.getFileName())),
              brief(entry.identity().base()),
              brief(entry.identity().expert()),
              entry.identity().policy(),
              String.format(Locale.ROOT, "%,d", entry.components()),
              String.format(Locale.ROOT, "%.3f", entry.largestError()),
              ByteSize.of((double) entry.bytes()));
      list.addObject()
          .put("file", file.toString())
          .put("base", entry.identity().base())
          .put("expert", entry.identity().expert())
          .put("policy", entry.identity().policy())
          .put("tensors", entry.tensors())
          .put("components", entry.components())
          .put("largestError", entry.largestError())
          .put("bytes", entry.bytes());
    }
    terminal.out().print(json ? list.toPrettyString() + "\n" : table.render());
  }

  @Command(
      name = "verify",
      description = {
        "Read all stored bases against their digests.",
        "",
        "The exit code is 1 if one is damaged; whoever needs it builds it again."
      },
      footer = {"  cycleqd svd verify", "  cycleqd svd verify --store elsewhere --json"})
  int verify(
      @Option(
              names = "--store",
              defaultValue = STORE,
              paramLabel = "DIR",
              description = "Where bases are kept; default ${DEFAULT-VALUE}.")
          Path store,
      @Option(names = "--json", description = "Print the findings as JSON.") boolean json)
      throws IOException {
    BasisStore bases = new BasisStore(store, workers(null));
    List<Path> files = bases.files();
    ArrayNode list = new ObjectMapper().createArrayNode();
    int damaged = 0;
    try (ProgressLine line = terminal.progress("verifying", 0, files.size())) {
      for (Path file : files) {
        Optional<String> damage = bases.verify(file);
        damaged += damage.isPresent() ? 1 : 0;
        list.addObject().put("file", file.toString()).put("damage", damage.orElse(null));
        line.update(list.size(), "");
      }
    }
    if (json) {
      terminal.out().println(list.toPrettyString());
    } else {
      list.forEach(each -> {
        String damage = each.get("damage").isNull() ? "sound" : each.get("damage").asText();
        terminal.out().println(each.get("file").asText() + "  " + damage);
      });
    }
    return damaged == 0 ? 0 : 1;
  }

  private static BasisPolicy policy(
      @Nullable Integer rank,
      @Nullable Double energy,
      Treatment vectors,
      Treatment embeddings,
      Treatment heads) {
    if (rank != null && energy != null) {
      throw new ConfigException("--rank and --energy are given, expected one of them");
    }
    try {
      Truncation truncation =
          rank != null
              ? new Truncation.Rank(rank)
              : energy != null ? new Truncation.Energy(energy) : new Truncation.Exact();
      return new BasisPolicy(truncation, vectors, embeddings, heads);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--" + e.getMessage());
    }
  }

  private static int workers(@Nullable Integer threads) {
    int workers = Positive.threads(threads);
    return workers;
  }

  private static String brief(String digest) {
    return digest.substring(0, Math.min(SHORT_DIGEST, digest.length()));
  }
}
