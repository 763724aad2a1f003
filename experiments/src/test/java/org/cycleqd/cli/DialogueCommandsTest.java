package org.cycleqd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.cycleqd.lm.Sampling;
import org.cycleqd.remote.CompletionRequest;
import org.cycleqd.remote.Endpoint;
import org.cycleqd.remote.Limits;
import org.cycleqd.remote.OpenAiClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code chat} and {@code serve} on a model of the project. */
@Timeout(120)
class DialogueCommandsTest {

  private static final Path PICO =
      Path.of(System.getProperty("cycleqd.root"), "experiments", "models", "pico", "code");

  @TempDir private Path folder;
  private TerminalFixture fixture = new TerminalFixture();

  private int execute(String input, String... arguments) {
    fixture = new TerminalFixture(input);
    return Main.local(fixture.terminal(false, 80)).execute(arguments);
  }

  /** The model with a chat template of the test's own. */
  private String talking() throws IOException {
    Path model = folder.resolve("model");
    if (!Files.exists(model)) {
      Files.createDirectory(model);
      try (Stream<Path> files = Files.list(PICO)) {
        for (Path file : files.toList()) {
          Files.copy(file, model.resolve(file.getFileName()));
        }
      }
      Files.writeString(
          model.resolve("chat_template.jinja"),
          "{{ bos_token }}{% for m in messages %}{{ m['content'] }} {% endfor %}");
    }
    return model.toString();
  }

  private String generated(String prompt) throws IOException {
    assertThat(execute("", "generate", "--model", talking(), "--prompt", prompt, "--json"))
        .isZero();
    return new ObjectMapper().readTree(fixture.out()).get("text").asText();
  }

  @Test
  void eachLineIsATurnOfTheDialogue() throws IOException {
    String first = generated("py: sort x => ");
    String second = generated("py: sort x => " + first + " py: len x => ");
    assertThat(execute("py: sort x =>\npy: len x =>\n", "chat", "--model", talking())).isZero();
    assertThat(fixture.out().lines().map(String::strip))
        .containsExactly(first.strip(), second.strip());
    assertThat(fixture.err()).isEmpty();
  }

  @Test
  void resetBeginsAnewAndExitEnds() throws IOException {
    assertThat(
            execute(
                "py: sort x =>\n/reset\n\npy: sort x =>\n/exit\npy: len x =>\n",
                "chat",
                "--model",
                talking()))
        .isZero();
    List<String> lines = fixture.out().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).isEqualTo(lines.get(1));
  }

  @Test
  void aTooLongDialogueIsSaidAndNotTheEnd() throws IOException {
    String turn = "abcdefgh ".repeat(40);
    assertThat(execute(turn + "\npy: sort x =>\n", "chat", "--model", talking())).isZero();
    assertThat(fixture.err()).contains("expected less than the model's 128; /reset begins");
    assertThat(fixture.out().lines()).hasSize(1);
  }

  @Test
  void aModelWithoutChatTemplateIsRefused() {
    assertThat(execute("x\n", "chat", "--model", PICO.toString())).isEqualTo(1);
    assertThat(fixture.err()).contains("found no chat template, expected chat_template.jinja");
  }

  @Test
  void servesUntilItIsInterrupted() throws Exception {
    String expected = generated("py: sort x =>");
    String model = talking();
    fixture = new TerminalFixture();
    AtomicInteger code = new AtomicInteger(-1);
    Thread server =
        Thread.ofPlatform()
            .start(() ->
                code.set(
                    Main.local(fixture.terminal(false, 80))
                        .execute("serve", "--model", model, "--port", "0", "--name", "m")));
    while (!fixture.out().contains("\n") && server.isAlive()) {
      Thread.sleep(20);
    }
    assertThat(fixture.out()).contains("model m, 128 tokens a sequence, 8 sequences at a time");
    URI base = URI.create(fixture.out().split(" ", 2)[0]);
    try (OpenAiClient client = new OpenAiClient(Endpoint.of(base, "m"))) {
      assertThat(client.models()).containsExactly("m");
      assertThat(
              client
                  .complete(CompletionRequest.of("py: sort x =>", Sampling.greedy(), Limits.of(60)))
                  .text())
          .isEqualToIgnoringWhitespace(expected);
    }
    server.interrupt();
    server.join();
    assertThat(code).hasValue(0);
    assertThat(fixture.err()).isEmpty();
  }

  @Test
  void wrongOptionsAreMistakes() throws IOException {
    assertThat(execute("", "serve", "--model", talking(), "--port", "70000")).isEqualTo(2);
    assertThat(fixture.err()).contains("--port: found 70000, expected 0 to 65535");
    assertThat(execute("", "serve", "--model", talking(), "--context", "500")).isEqualTo(2);
    assertThat(fixture.err()).contains("--context is 500, allowed: 2 to 128");
    assertThat(execute("", "serve", "--model", talking(), "--rows", "0")).isEqualTo(2);
    assertThat(execute("", "chat", "--model", talking(), "--top-p", "2")).isEqualTo(2);
    assertThat(fixture.err()).contains("--top-p: found 2.0");
  }
}
