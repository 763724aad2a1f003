package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.cycleqd.lm.Answer;
import org.cycleqd.lm.Decoder;
import org.cycleqd.lm.Detail;
import org.cycleqd.lm.Generation;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.Request;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.text.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cycleqd generate}. */
@Command(
    name = "generate",
    description = {
      "Let a model go on from a text or from token ids.",
      "",
      "The answer goes on until one of the model's end tokens or the limit. Without --temperature"
          + " each token is the most probable one."
    },
    footer = {
      "  cycleqd generate --model experiments/models/pico/code --prompt 'py: sort x =>'",
      "  cycleqd generate --model my-model --ids 1,15043,29892 --max-new-tokens 20 --json",
      "  cycleqd generate --model my-model --prompt 'Once' --temperature 0.8 --top-p 0.9 --seed 3"
    })
final class GenerateCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Mixin private final RunningModel running = new RunningModel();

  @Option(
      names = "--max-new-tokens",
      defaultValue = "64",
      paramLabel = "N",
      description = "Cut the answer after so many tokens; default ${DEFAULT-VALUE}.")
  private int limit;

  @Mixin private final SamplingOptions chosen = new SamplingOptions();

  @Option(names = "--json", description = "Print ids, log-probabilities and text as JSON.")
  private boolean json;

  GenerateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Positive.require("--max-new-tokens", limit);
    Sampling sampling = chosen.sampling(chosen.seed());
    running.use(
        limit,
        (model, prompt, tokenizer) -> {
          Set<Integer> ends = Set.copyOf(model.runtime().config().specialTokens().ends());
          Answer answer = answer(model, prompt, new Generation(limit, ends, sampling));
          if (json) {
            terminal.out().println(json(prompt, answer, tokenizer));
          } else {
            terminal
                .out()
                .println(
                    tokenizer
                        .map(of -> of.decode(answer.ids()))
                        .orElseGet(() ->
                            Arrays.stream(answer.ids())
                                .mapToObj(Integer::toString)
                                .collect(Collectors.joining(","))));
          }
        });
    return ExitCode.OK;
  }

  private static Answer answer(LiveModel model, int[] prompt, Generation generation) {
    try (Decoder decoder = new Decoder(model, 1, prompt.length + generation.limit())) {
      CompletableFuture<Answer> answer =
          decoder.submit(new Request(prompt, new int[0]), generation, Detail.LOG_PROBABILITIES);
      decoder.drain();
      return answer.join();
    }
  }

  private static String json(int[] prompt, Answer answer, Optional<Tokenizer> tokenizer)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    ArrayNode asked = root.putArray("promptIds");
    Arrays.stream(prompt).forEach(asked::add);
    ArrayNode ids = root.putArray("ids");
    Arrays.stream(answer.ids()).forEach(ids::add);
    ArrayNode logProbabilities = root.putArray("logProbabilities");
    for (float each : answer.logProbabilities()) {
      logProbabilities.add(each);
    }
    root.put("finish", answer.ended() ? "stop" : "length");
    tokenizer.ifPresent(of -> root.put("text", of.decode(answer.ids())));
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }
}
