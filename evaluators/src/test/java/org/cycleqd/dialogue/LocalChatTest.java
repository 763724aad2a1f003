package org.cycleqd.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.lm.DecodingLoop;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.text.ChatMessage;
import org.cycleqd.lm.text.ChatTemplate;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.remote.Endpoint;
import org.cycleqd.remote.OpenAiClient;
import org.cycleqd.serve.ModelServer;
import org.cycleqd.serve.ServedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dialogues with a small trained model of the project, here and behind the project's server. */
class LocalChatTest {

  private static final int CONTEXT = 100;
  private static final int DIALOGUES = 8;
  private static final DialogueLimits LIMITS = new DialogueLimits(50, 20, 1000);

  private static final Path MODEL =
      Path.of(System.getProperty("cycleqd.root", ".")).resolve("experiments/models/pico/code");

  private static final String TEMPLATE =
      "{{ bos_token }}{% for m in messages %}{{ m['content'] }} {% endfor %}";

  /** Asks another question after every reply; the verdict is all of the replies. */
  private record Questions(int number, int rounds, StringBuilder heard)
      implements Dialogue<String> {

    @Override
    public List<ChatMessage> begin() {
      return List.of(ChatMessage.user(List.of("py: sort x =>", "py: sum").get(number % 2)));
    }

    @Override
    public Turn<String> answer(String reply) {
      heard.append(reply).append('|');
      return heard.toString().chars().filter(c -> c == '|').count() == rounds
          ? new Turn.Verdict<>(heard.toString())
          : new Turn.Say<>("py: max " + number);
    }

    @Override
    public void close() {}
  }

  private static List<Transcript<String>> run(
      ChatModel model, int rounds, Sampling sampling, int atOnce) throws Exception {
    return new Conversations(model, LIMITS, sampling, atOnce)
        .run(
            IntStream.range(0, DIALOGUES)
                .mapToObj(i -> new Questions(i, rounds, new StringBuilder()))
                .toList(),
            _ -> {});
  }

  @Test
  void hereAndBehindAServerItIsTheSameDialogue(@TempDir Path scratch) throws Exception {
    Files.writeString(scratch.resolve("chat_template.jinja"), TEMPLATE);
    Files.copy(MODEL.resolve("tokenizer_config.json"), scratch.resolve("tokenizer_config.json"));
    ChatTemplate template = ChatTemplate.of(scratch).orElseThrow();
    try (Checkpoint checkpoint = Checkpoint.open(MODEL);
        LlamaRuntime runtime =
            new LlamaRuntime(checkpoint.config(), checkpoint.config().maximumPositions());
        LiveModel live = new LiveModel(runtime);
        Tokenizer tokenizer = Tokenizer.open(MODEL)) {
      live.load(checkpoint);
      Set<Integer> ends = Set.copyOf(checkpoint.config().specialTokens().ends());
      try (DecodingLoop loop = new DecodingLoop(live, 8, CONTEXT)) {
        ChatModel here = new LocalChat(loop, tokenizer, template, ends, Map.of());
        List<Transcript<String>> alone = run(here, 2, Sampling.greedy(), 1);
        assertThat(alone)
            .allSatisfy(
                transcript -> assertThat(transcript.ending()).isInstanceOf(Ending.Verdict.class));
        assertThat(alone.stream().map(Transcript::ending).distinct()).hasSizeGreaterThan(1);
        assertThat(run(here, 2, Sampling.greedy(), 16)).isEqualTo(alone);
        Sampling drawn = new Sampling(1, 0.9, 3);
        List<Transcript<String>> chance = run(here, 2, drawn, 16);
        assertThat(run(here, 2, drawn, 3)).isEqualTo(chance).isNotEqualTo(alone);
        assertThat(run(here, 40, Sampling.greedy(), 16))
            .allSatisfy(transcript ->
                assertThat(transcript.ending().toString()).contains("NoRoom", "context's 100"));
        ServedModel served =
            new ServedModel(
                "pico",
                loop,
                tokenizer,
                ChatTemplate.of(scratch),
                checkpoint.config().specialTokens());
        try (ModelServer server =
                ModelServer.start(served, new ModelServer.Options(0, 64, 1), Clock.systemUTC());
            OpenAiClient client = new OpenAiClient(Endpoint.of(server.base(), "pico"))) {
          assertThat(run(new RemoteChat(client), 2, Sampling.greedy(), 16)).isEqualTo(alone);
          assertThat(run(new RemoteChat(client), 40, Sampling.greedy(), 16))
              .allSatisfy(
                  transcript -> assertThat(transcript.ending()).isInstanceOf(Ending.NoRoom.class));
        }
      }
    }
  }
}
