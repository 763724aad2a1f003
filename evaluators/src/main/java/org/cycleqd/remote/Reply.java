package org.cycleqd.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** The JSON object of an answer, and the call it belongs to. */
final class Reply {

  private final JsonNode root;
  private final int status;
  private final Complaint complaint;

  private Reply(JsonNode root, int status, Complaint complaint) {
    this.root = root;
    this.status = status;
    this.complaint = complaint;
  }

  /** Reads a successful answer, which still can be no JSON, or an error. */
  static Outcome<Reply> read(HttpResponse<byte[]> response, Complaint complaint) {
    int status = response.statusCode();
    String type = response.headers().firstValue("Content-Type").orElse("application/json");
    if (!type.toLowerCase(Locale.ROOT).contains("json")) {
      String start = complaint.quoted(new String(response.body(), StandardCharsets.UTF_8));
      return refusal(
          complaint.about(
              status,
              "found content of type %s ('%s'), expected application/json"
                  .formatted(complaint.quoted(type), start)));
    }
    try {
      return judged(Json.read(response.body()), status, complaint);
    } catch (JsonProcessingException e) {
      return refusal(
          complaint.about(
              status,
              "found malformed JSON (%s), expected JSON"
                  .formatted(complaint.quoted(e.getOriginalMessage()))));
    } catch (UncheckedIOException e) {
      return refusal(complaint.about(status, "found malformed UTF-8, expected JSON", e));
    }
  }

  private static Outcome<Reply> judged(JsonNode root, int status, Complaint complaint) {
    if (!root.isObject()) {
      return refusal(
          complaint.about(
              status, "found JSON of type %s, expected an object".formatted(root.getNodeType())));
    }
    // The second form is that of older versions of vLLM.
    if (root.hasNonNull("error") || root.path("object").asText().equals("error")) {
      String said = complaint.quoted(ServerMessage.of(root));
      return new Outcome.Refused<>(
          complaint.about(status, "found the error '%s', expected an answer".formatted(said)),
          Wire.isPassing(root.at("/error/code").asInt()),
          Duration.ZERO);
    }
    return new Outcome.Answered<>(new Reply(root, status, complaint));
  }

  private static Outcome<Reply> refusal(RemoteException failure) {
    return new Outcome.Refused<>(failure, false, Duration.ZERO);
  }

  /** The whole answer. */
  Field root() {
    return new Field(this, "", root);
  }

  /** The exception that refuses what stands somewhere in the answer. */
  RemoteException refusal(String place, String found, String expected) {
    String text = "%s: found %s, expected %s".formatted(place, complaint.quoted(found), expected);
    return complaint.about(status, text);
  }
}
