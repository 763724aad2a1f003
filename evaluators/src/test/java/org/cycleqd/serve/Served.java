package org.cycleqd.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.lm.Answer;
import org.cycleqd.lm.Decoder;
import org.cycleqd.lm.DecodingLoop;
import org.cycleqd.lm.Detail;
import org.cycleqd.lm.Generation;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.lm.Request;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.text.ChatTemplate;
import org.cycleqd.lm.text.Tokenizer;

/** A small trained model of the project behind a server, with a chat template of the test's own. */
final class Served implements AutoCloseable {

  static final int CONTEXT = 100;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEMPLATE =
      "{{ bos_token }}{% for m in messages %}{% if m['role'] not in ['user', 'assistant'] %}"
          + "{{ raise_exception('only user and assistant') }}{% endif %}{{ m['content'] }} "
          + "{% endfor %}{{ prefix | default('') }}";

  private final Checkpoint checkpoint;
  private final LlamaRuntime runtime;
  private final LiveModel reference;
  private final LiveModel live;
  private final DecodingLoop loop;
  private final Tokenizer tokenizer;
  private final ModelServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  Served(Path scratch, int rows, int queue) throws IOException {
    Path folder =
        Path.of(System.getProperty("cycleqd.root", ".")).resolve("experiments/models/pico/code");
    Files.writeString(scratch.resolve("chat_template.jinja"), TEMPLATE);
    Files.copy(folder.resolve("tokenizer_config.json"), scratch.resolve("tokenizer_config.json"));
    checkpoint = Checkpoint.open(folder);
    runtime = new LlamaRuntime(checkpoint.config(), checkpoint.config().maximumPositions());
    reference = new LiveModel(runtime);
    reference.load(checkpoint);
    live = new LiveModel(runtime);
    live.load(checkpoint);
    loop = new DecodingLoop(live, rows, CONTEXT);
    tokenizer = Tokenizer.open(folder);
    ServedModel model =
        new ServedModel(
            "pico", loop, tokenizer, ChatTemplate.of(scratch), checkpoint.config().specialTokens());
    server = ModelServer.start(model, new ModelServer.Options(0, queue, 1), Clock.systemUTC());
  }

  URI base() {
    return server.base();
  }

  DecodingLoop loop() {
    return loop;
  }

  LiveModel reference() {
    return reference;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  Set<Integer> ends() {
    return Set.copyOf(checkpoint.config().specialTokens().ends());
  }

  /** The ids of a text behind the begin token. */
  int[] prompt(String text) {
    int[] ids = tokenizer.encode(text);
    int[] all = new int[ids.length + 1];
    all[0] = checkpoint.config().specialTokens().beginning().getAsInt();
    System.arraycopy(ids, 0, all, 1, ids.length);
    return all;
  }

  /** What the model answers without a server. */
  Answer answer(String prompt, int limit, Sampling sampling) {
    try (Decoder decoder = new Decoder(reference, 1, CONTEXT)) {
      CompletableFuture<Answer> answer =
          decoder.submit(
              new Request(prompt(prompt), new int[0]),
              new Generation(limit, ends(), sampling),
              new Detail(true, 3));
      decoder.drain();
      return answer.join();
    }
  }

  /** The text of an answer behind its prompt. */
  String text(String prompt, Answer answer) {
    int[] all = Arrays.copyOf(prompt(prompt), prompt(prompt).length + answer.ids().length);
    System.arraycopy(answer.ids(), 0, all, prompt(prompt).length, answer.ids().length);
    String before = tokenizer.decode(prompt(prompt));
    return tokenizer.decode(all).substring(before.length());
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base().resolve(path));
  }

  HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json.replace('\'', '"'))));
  }

  /** The answer to a request that must be understood. */
  JsonNode ask(String path, String json) throws IOException, InterruptedException {
    HttpResponse<String> response = post(path, json);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.body());
    }
    return JSON.readTree(response.body());
  }

  /** The events of a stream, which must end as one. */
  List<JsonNode> stream(String path, String json) throws IOException, InterruptedException {
    HttpResponse<String> response = post(path, json);
    List<JsonNode> events = new ArrayList<>();
    List<String> lines = response.body().lines().filter(line -> !line.isEmpty()).toList();
    if (!lines.getLast().equals("data: [DONE]")) {
      throw new AssertionError(response.body());
    }
    for (String line : lines.subList(0, lines.size() - 1)) {
      events.add(JSON.readTree(line.substring("data: ".length())));
    }
    return events;
  }

  void stop() {
    server.close();
  }

  @Override
  public void close() {
    client.close();
    server.close();
    loop.close();
    live.close();
    reference.close();
    runtime.close();
    tokenizer.close();
    checkpoint.close();
  }
}
