package org.cycleqd.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One reload of a server. */
final class Reloading {

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration LOOK = Duration.ofSeconds(10);

  private final Endpoint endpoint;
  private final Wire wire;
  private final Timing timing;
  private final String folder;
  private final Duration limit;
  private final long start;

  private Reloading(Transport transport, Path folder, Duration limit) {
    this.endpoint = transport.endpoint();
    this.wire = transport.wire();
    this.timing = transport.timing();
    this.folder = folder.toString();
    this.limit = limit;
    this.start = timing.nanoTime();
  }

  /** Returns when the server serves the model. */
  static void run(Reload reload, Path folder, Transport transport)
      throws RemoteException, InterruptedException {
    switch (reload) {
      case Reload.None() -> {}
      case Reload.Http(List<Reload.Step> steps, Reload.Ready ready) -> {
        Reloading reloading = new Reloading(transport, folder, ready.limit());
        for (Reload.Step step : steps) {
          reloading.call(step);
        }
        reloading.await(ready.path());
      }
      case Reload.Command(List<String> arguments, Reload.Ready ready) -> {
        Reloading reloading = new Reloading(transport, folder, ready.limit());
        reloading.command(arguments);
        reloading.await(ready.path());
      }
    }
  }

  private void call(Reload.Step step) throws RemoteException, InterruptedException {
    Optional<String> body =
        step.json().isBlank() ? Optional.empty() : Optional.of(Json.text(filled(step.json())));
    Call call = new Call(step.method(), endpoint.outside(step.address()), body);
    switch (wire.exchange(call, remaining())) {
      case Outcome.Refused<HttpResponse<byte[]>> refused -> throw refused.failure();
      case Outcome.Answered<HttpResponse<byte[]>>(HttpResponse<byte[]> response) ->
          requireSuccess(call, response);
    }
  }

  private void requireSuccess(Call call, HttpResponse<byte[]> response) throws RemoteException {
    String body = new String(response.body(), StandardCharsets.UTF_8);
    try {
      JsonNode json = Json.read(body);
      if (json.hasNonNull("error") || !json.path("success").asBoolean(true)) {
        Complaint complaint = wire.complaint(call);
        String said = complaint.quoted(ServerMessage.of(json));
        throw complaint.about(
            response.statusCode(), "found '%s', expected success".formatted(said));
      }
    } catch (JsonProcessingException e) {
      // Not all servers answer such calls in JSON; the status has said that it worked.
      return;
    }
  }

  private JsonNode filled(String template) {
    try {
      return filled(Json.read(template));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the template was read before", e);
    }
  }

  private JsonNode filled(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
          entry.setValue(filled(entry.getValue()));
        }
        yield object;
      }
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          array.set(i, filled(array.get(i)));
        }
        yield array;
      }
      default ->
          node.isTextual() ? Json.string(node.textValue().replace(Reload.FOLDER, folder)) : node;
    };
  }

  private void command(List<String> arguments) throws RemoteException, InterruptedException {
    List<String> words = arguments.stream().map(w -> w.replace(Reload.FOLDER, folder)).toList();
    CommandRun.Result result = CommandRun.of(words, remaining());
    if (result.exitStatus() != 0) {
      Complaint complaint =
          wire.complaint(new Call("reload of", endpoint.base(), Optional.empty()));
      throw complaint.about(
          0,
          "command %s: found %s ('%s'), expected exit status 0"
              .formatted(words, result.described(), complaint.quoted(result.output())));
    }
  }

  private void await(String path) throws RemoteException, InterruptedException {
    Call call = Call.get(endpoint.outside(path));
    while (true) {
      Duration left = remaining();
      Duration look = left.compareTo(LOOK) < 0 ? left : LOOK;
      if (wire.exchange(call, look)
          instanceof
          Outcome.Refused<HttpResponse<byte[]>>(RemoteException failure, boolean passing, _)) {
        if (!passing) {
          throw failure;
        }
        if (remaining().compareTo(PAUSE) <= 0) {
          throw failure.noting(" (not ready within %s)".formatted(limit));
        }
        timing.sleep(PAUSE);
      } else {
        return;
      }
    }
  }

  private Duration remaining() {
    Duration left = limit.minusNanos(timing.nanoTime() - start);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
