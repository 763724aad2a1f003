package org.cycleqd.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.cycleqd.random.Draws;

/** What can be asked of a server, path by path. */
final class Endpoints {

  private final ServedModel model;
  private final ModelServer.Options options;
  private final InstantSource clock;
  private final AtomicLong requests = new AtomicLong();

  Endpoints(ServedModel model, ModelServer.Options options, InstantSource clock) {
    this.model = model;
    this.options = options;
    this.clock = clock;
  }

  /**
   * Answers a request, with an error if it does not fit.
   *
   * @throws IOException if the client is gone
   */
  void answer(Connection connection) throws IOException, InterruptedException {
    try {
      connection.requireLocal();
      switch (connection.path()) {
        case "/health" -> {
          require(connection, "GET");
          connection.send(200, Json.object().put("status", "ok"));
        }
        case "/v1/models" -> {
          require(connection, "GET");
          ObjectNode json = Json.object().put("object", "list");
          json.putArray("data").add(described());
          connection.send(200, json);
        }
        case "/v1/completions" -> complete(connection);
        case "/v1/chat/completions" -> chat(connection);
        case String path when path.equals("/v1/models/" + model.name()) -> {
          require(connection, "GET");
          connection.send(200, described());
        }
        case String path ->
            throw ApiException.of(
                404,
                "found %s, expected /health, /v1/models, /v1/completions or /v1/chat/completions"
                    .formatted(path));
      }
    } catch (ApiException e) {
      refuse(connection, e);
    } catch (RuntimeException e) {
      refuse(connection, ApiException.of(500, "unexpected " + e));
    }
  }

  private static void refuse(Connection connection, ApiException failure) throws IOException {
    if (connection.streaming()) {
      connection.sendEvent(failure.json());
      connection.endStream();
    } else {
      connection.send(failure.status(), failure.json());
    }
  }

  private static void require(Connection connection, String method) throws ApiException {
    if (!connection.method().equals(method)) {
      throw ApiException.of(
          405, "method: found %s, expected %s".formatted(connection.method(), method));
    }
  }

  private ObjectNode described() {
    return Json.object()
        .put("id", model.name())
        .put("object", "model")
        .put("owned_by", "cycleqd")
        .put("max_model_len", model.loop().capacity());
  }

  private Body body(Connection connection) throws ApiException, IOException {
    require(connection, "POST");
    Body body = Body.parse(connection.body());
    Optional<String> asked = body.text("model");
    if (asked.isPresent() && !asked.get().equals(model.name())) {
      throw ApiException.of(
          404, "model: found %s, expected %s".formatted(asked.get(), model.name()));
    }
    return body;
  }

  private void complete(Connection connection)
      throws ApiException, IOException, InterruptedException {
    Body body = body(connection);
    CompletionCall call = CompletionCall.of(body, model);
    body.requireAllRead();
    requireRoom();
    long number = requests.getAndIncrement();
    Answering answering = answering(call.wish(), number);
    List<Piece> before = new ArrayList<>();
    Usage usage = new Usage(0, 0);
    try {
      for (int i = 0; i < call.prompts().size(); i++) {
        int[] prompt = call.prompts().get(i);
        if (call.echo()) {
          List<Spoken> spoken = Echo.of(model, prompt, call.wish());
          Optional<Finish> end = call.limit() == 0 ? Optional.of(Finish.LENGTH) : Optional.empty();
          before.add(new Piece(i, call.texts().get(i), spoken, end));
        }
        if (call.limit() == 0) {
          usage = usage.plus(new Usage(prompt.length, 0));
        } else {
          answering.ask(prompt, call.limit());
        }
      }
    } catch (ApiException | RuntimeException | InterruptedException e) {
      answering.cancel();
      throw e;
    }
    Dialect dialect = new CompletionDialect(new TokenText(model.tokenizer()));
    send(connection, call.wish(), reply(dialect, call.wish(), number), answering, before, usage);
  }

  private void chat(Connection connection) throws ApiException, IOException, InterruptedException {
    Body body = body(connection);
    ChatCall call = ChatCall.of(body, model);
    body.requireAllRead();
    requireRoom();
    long number = requests.getAndIncrement();
    Answering answering = answering(call.wish(), number);
    answering.ask(call.prompt(), call.limit(model));
    Dialect dialect = new ChatDialect(new TokenText(model.tokenizer()));
    Reply reply = reply(dialect, call.wish(), number);
    send(connection, call.wish(), reply, answering, List.of(), new Usage(0, 0));
  }

  private void requireRoom() throws ApiException {
    if (model.loop().waiting() > options.queue()) {
      throw ApiException.of(
          429, "%d requests are waiting, come again later".formatted(model.loop().waiting()));
    }
  }

  private Answering answering(Wish wish, long number) {
    return new Answering(model, wish, Draws.at(options.seed(), "request").bits(number));
  }

  private Reply reply(Dialect dialect, Wish wish, long number) {
    return new Reply(
        dialect,
        model.name(),
        dialect.prefix() + number,
        clock.instant(),
        wish.alternatives().isPresent());
  }

  private static void send(
      Connection connection,
      Wish wish,
      Reply reply,
      Answering answering,
      List<Piece> before,
      Usage used)
      throws ApiException, IOException, InterruptedException {
    if (!wish.stream()) {
      List<Piece> pieces = new ArrayList<>(before);
      Usage usage = answering.run(pieces::add).plus(used);
      connection.send(200, reply.whole(pieces, usage));
      return;
    }
    boolean[] begun = new boolean[answering.choices()];
    Usage usage =
        answering.run(piece -> {
          // Tokens that only begin a character wait for it, unless somebody counts them.
          boolean worth = !piece.text().isEmpty() || piece.finish().isPresent() || reply.reported();
          if (worth) {
            connection.sendEvent(reply.part(piece, !begun[piece.choice()]));
            begun[piece.choice()] = true;
          }
        });
    if (wish.usage()) {
      connection.sendEvent(reply.last(usage));
    }
    connection.endStream();
  }
}
