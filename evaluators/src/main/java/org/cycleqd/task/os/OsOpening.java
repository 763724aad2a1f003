package org.cycleqd.task.os;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.lm.text.ChatMessage;
import org.cycleqd.task.data.DataFile;

/**
 * What is said before a problem: the instructions and one worked example.
 *
 * @param before what comes before the problem in its message
 */
record OsOpening(List<ChatMessage> messages, String before) {

  OsOpening {
    messages = List.copyOf(messages);
  }

  /** The opening that all records share. */
  static OsOpening shipped() {
    DataFile data = DataFile.shipped("os-interaction/prompt-prefix.json");
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(data.text());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(data.name() + ": " + e.getOriginalMessage(), e);
    }
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : json.path("messages")) {
      messages.add(
          new ChatMessage(message.path("role").asText(), message.path("content").asText()));
    }
    return new OsOpening(messages, json.path("problem_prefix").asText());
  }
}
