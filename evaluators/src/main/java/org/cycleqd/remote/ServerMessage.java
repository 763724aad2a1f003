package org.cycleqd.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Finds what a server wants to say in the body of an error. */
final class ServerMessage {

  /** Where servers put their message: OpenAI's, plain, and that of Python's FastAPI. */
  private static final List<String> PLACES =
      List.of("/error/message", "/error", "/message", "/detail");

  private ServerMessage() {}

  /** The message in a JSON text, or the whole text. */
  static String of(String body) {
    try {
      JsonNode json = Json.read(body);
      return json.isObject() ? of(json) : body;
    } catch (JsonProcessingException e) {
      return body;
    }
  }

  /** The message in an object, or all of it. */
  static String of(JsonNode object) {
    for (String place : PLACES) {
      JsonNode found = object.at(place);
      if (!found.isMissingNode() && !found.isNull()) {
        return found.isTextual() ? found.textValue() : Json.text(found);
      }
    }
    return Json.text(object);
  }
}
