package org.cycleqd.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.cycleqd.experiment.UserException;
import org.cycleqd.lm.Answer;
import org.cycleqd.lm.Decoder;
import org.cycleqd.lm.Detail;
import org.cycleqd.lm.Generation;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.Request;
import org.cycleqd.lm.text.ChatMessage;
import org.cycleqd.lm.text.ChatTemplate;
import org.cycleqd.lm.text.StreamDecoder;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.lm.text.jinja.TemplateException;
import org.cycleqd.random.Draws;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cycleqd chat}. */
@Command(
    name = "chat",
    description = {
      "Talk with a model.",
      "",
      "Each line of the standard input is a turn. The model's chat template writes the dialogue; /reset"
          + " begins a new one, /exit or the end of the input ends it."
    },
    footer = {
      "  cycleqd chat --model my-model --system 'Answer in one sentence.'",
      "  printf '%%s\\n' 'Hello.' 'Why?' | cycleqd chat --model my-model --max-new-tokens 80"
    })
final class ChatCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Mixin private final ModelToRun model = new ModelToRun();

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "Instructions for the whole dialogue.")
  private @Nullable String system;

  @Option(
      names = "--max-new-tokens",
      defaultValue = "512",
      paramLabel = "N",
      description = "Cut an answer after so many tokens; default ${DEFAULT-VALUE}.")
  private int limit;

  @Mixin private final SamplingOptions sampling = new SamplingOptions();

  ChatCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Positive.require("--max-new-tokens", limit);
    sampling.sampling(0); // refuses wrong numbers before the model is loaded
    model.use(
        opened -> {
          try {
            opened.requireTokenizer();
            template(opened);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return opened.config().maximumPositions();
        },
        this::talk);
    return ExitCode.OK;
  }

  private static ChatTemplate template(ModelToRun.Opened opened) throws IOException {
    return ChatTemplate.of(opened.folder())
        .orElseThrow(() ->
            new UserException(
                "%s: found no chat template, expected chat_template.jinja or chat_template in"
                        .formatted(opened.folder())
                    + " tokenizer_config.json; generate needs none"));
  }

  private void talk(ModelToRun.Opened opened, LiveModel live) throws IOException {
    ChatTemplate template = template(opened);
    Tokenizer tokenizer = opened.requireTokenizer();
    Set<Integer> ends = Set.copyOf(opened.config().specialTokens().ends());
    List<ChatMessage> messages = beginning();
    int turn = 0;
    try (Decoder decoder = new Decoder(live, 1, live.runtime().positions())) {
      for (String line = next(); line != null && !line.equals("/exit"); line = next()) {
        if (line.equals("/reset")) {
          messages = beginning();
        } else if (!line.isBlank()) {
          List<ChatMessage> asked = new ArrayList<>(messages);
          asked.add(new ChatMessage("user", line));
          long seed = Draws.at(sampling.seed(), "turn").bits(turn++);
          try {
            int[] prompt = tokenizer.encodeWithSpecial(template.render(asked, true, Map.of()));
            int room = room(decoder, prompt);
            Generation generation =
                new Generation(Math.min(limit, room), ends, sampling.sampling(seed));
            asked.add(new ChatMessage("assistant", answer(decoder, tokenizer, prompt, generation)));
            messages = asked;
          } catch (TemplateException | UserException e) {
            terminal.err().println("error: " + e.getMessage());
            terminal.err().flush();
          }
        }
      }
    }
  }

  private List<ChatMessage> beginning() {
    return system == null ? List.of() : List.of(new ChatMessage("system", system));
  }

  private @Nullable String next() throws IOException {
    if (terminal.interactive()) {
      terminal.err().print("> ");
      terminal.err().flush();
    }
    return terminal.in().readLine();
  }

  private static int room(Decoder decoder, int[] prompt) {
    if (prompt.length >= decoder.capacity()) {
      throw new UserException(
          "the dialogue has %d tokens, expected less than the model's %d; /reset begins a new one"
              .formatted(prompt.length, decoder.capacity()));
    }
    return decoder.capacity() - prompt.length;
  }

  /** Prints the answer while it grows. What is cached of the dialogue is not computed again. */
  private String answer(Decoder decoder, Tokenizer tokenizer, int[] prompt, Generation generation) {
    StreamDecoder stream = tokenizer.stream(true);
    StringBuilder text = new StringBuilder();
    CompletableFuture<Answer> answer =
        decoder.submit(
            new Request(prompt, new int[0]),
            generation,
            Detail.NONE,
            token -> {
              if (!generation.ends().contains(token.id())) {
                say(stream.push(token.id()), text);
              }
            });
    decoder.drain();
    boolean ended = answer.join().ended();
    say(stream.finish() + (ended ? "" : " ..."), new StringBuilder());
    terminal.out().println();
    terminal.out().flush();
    return text.toString();
  }

  private void say(String piece, StringBuilder text) {
    text.append(piece);
    terminal.out().print(piece);
    terminal.out().flush();
  }
}
