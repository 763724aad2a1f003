package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.lm.Continuation;
import org.cycleqd.lm.Likelihood;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.SafetensorsWriter;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cycleqd score}. */
@Command(
    name = "score",
    description = {
      "Say how probable a model finds each token of a text.",
      "",
      "Natural logarithms of the probability of each token given all before it; the first one has"
          + " none."
    },
    footer = {
      "  cycleqd score --model my-model --prompt 'To be or not to be'",
      "  cycleqd score --model my-model --ids 1,403,407,261 --logits logits.safetensors --json"
    })
final class ScoreCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Mixin private final RunningModel running = new RunningModel();

  @Option(
      names = "--logits",
      paramLabel = "FILE",
      description = "Write the logits of all positions there, float32 [tokens, vocabulary].")
  private @Nullable Path logits;

  @Option(names = "--json", description = "Print the figures as JSON.")
  private boolean json;

  ScoreCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    running.use(
        0,
        (model, ids, tokenizer) -> {
          if (ids.length < 2) {
            throw new ConfigException(
                "%d token to score, expected at least 2: the first one has nothing before it"
                    .formatted(ids.length));
          }
          Path file = logits;
          if (file != null) {
            write(model, ids, file);
          }
          Continuation rest =
              new Continuation(Arrays.copyOf(ids, 1), Arrays.copyOfRange(ids, 1, ids.length));
          Likelihood likelihood = model.score(List.of(rest), 1).getFirst();
          if (json) {
            terminal.out().println(json(ids, likelihood, tokenizer));
          } else {
            show(ids, likelihood, tokenizer);
          }
        });
    return ExitCode.OK;
  }

  private static void write(LiveModel model, int[] ids, Path file) throws IOException {
    float[][] rows = model.logits(ids);
    int words = rows[0].length;
    float[] all = new float[Math.multiplyExact(rows.length, words)];
    for (int t = 0; t < rows.length; t++) {
      System.arraycopy(rows[t], 0, all, t * words, words);
    }
    SafetensorsWriter.write(
        file,
        SafetensorsWriter.PYTORCH,
        List.of(TensorSpec.of("logits", DType.F32, rows.length, words)),
        TensorSource.ofFloats(_ -> all));
  }

  private void show(int[] ids, Likelihood likelihood, Optional<Tokenizer> tokenizer) {
    TextTable table = TextTable.of("token", "id", "log-probability");
    for (int i = 1; i < ids.length; i++) {
      int id = ids[i];
      table =
          table.with(
              tokenizer.map(of -> "'" + of.decode(new int[] {id}) + "'").orElse(""),
              Integer.toString(id),
              String.format(Locale.ROOT, "%.5f", likelihood.logProbabilities()[i - 1]));
    }
    terminal.out().print(table.render());
    terminal.out().println();
    terminal
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "sum %.5f, per token %.5f, perplexity %.4f",
                likelihood.sum(),
                likelihood.sum() / (ids.length - 1),
                Math.exp(-likelihood.sum() / (ids.length - 1))));
  }

  private static String json(int[] ids, Likelihood likelihood, Optional<Tokenizer> tokenizer)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    ArrayNode given = root.putArray("ids");
    Arrays.stream(ids).forEach(given::add);
    ArrayNode each = root.putArray("logProbabilities");
    for (float logProbability : likelihood.logProbabilities()) {
      each.add(logProbability);
    }
    root.put("sum", likelihood.sum());
    root.put("greedy", likelihood.greedy());
    tokenizer.ifPresent(of -> root.put("text", of.decode(ids)));
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }
}
