package org.cycleqd.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.cycleqd.dialogue.Ending;
import org.cycleqd.dialogue.Transcript;
import org.cycleqd.lm.text.ChatMessage;

/**
 * A dialogue as it was, from which it can be judged anew.
 *
 * @param messages all that was said, in order
 * @param opening how many of them were there before the model's first turn
 * @param end how it ended
 * @param why in words where the environment came to no verdict, else empty
 * @param cut whether the model's last reply has reached its limit, and not its end
 */
public record Recording(List<ChatMessage> messages, int opening, End end, String why, boolean cut) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String ASSISTANT = ChatMessage.assistant("").role();

  /** How a dialogue ended. */
  public enum End {
    /** The environment came to a verdict. */
    VERDICT("verdict"),
    /** The model had its turns. */
    REPLIES("replies"),
    /** Its replies had as many tokens as they may. */
    TOKENS("tokens"),
    /** The model's context had no room for more. */
    CONTEXT("context"),
    /** The environment failed. */
    FAILURE("failure");

    private final String label;

    End(String label) {
      this.label = label;
    }

    /** Its name in logs. */
    public String label() {
      return label;
    }

    static End of(Ending<?> ending) {
      return switch (ending) {
        case Ending.Verdict<?> _ -> VERDICT;
        case Ending.RoundLimit<?> _ -> REPLIES;
        case Ending.TokenLimit<?> _ -> TOKENS;
        case Ending.NoRoom<?> _ -> CONTEXT;
        case Ending.Failed<?> _ -> FAILURE;
      };
    }
  }

  /** Copies the messages. */
  public Recording {
    messages = List.copyOf(messages);
    if (opening < 0 || opening > messages.size()) {
      throw new IllegalArgumentException(
          "opening: found %d, expected 0 to %d".formatted(opening, messages.size()));
    }
  }

  /** Of a dialogue that is over. */
  public static Recording of(Transcript<?> transcript) {
    return new Recording(
        transcript.messages(),
        transcript.opening(),
        End.of(transcript.ending()),
        transcript.ending().why(),
        transcript.cut());
  }

  /** Replies that nobody has said yet, after which the model would have had its turns. */
  static Recording script(List<String> replies) {
    return new Recording(
        replies.stream().map(ChatMessage::assistant).toList(), 0, End.REPLIES, "", false);
  }

  /** What the model said, in order. */
  public List<String> replies() {
    return messages.subList(opening, messages.size()).stream()
        .filter(message -> message.role().equals(ASSISTANT))
        .map(ChatMessage::content)
        .toList();
  }

  /**
   * The mark of the dialogue.
   *
   * @param found the environment's verdict, empty if it came to none
   */
  public Verdict verdict(Optional<Verdict> found) {
    if (found.isEmpty()) {
      return Verdict.wrong("the environment failed: " + why);
    }
    Verdict verdict = found.get();
    return cut && !verdict.correct()
        ? new Verdict(verdict.score(), verdict.reason() + "; the last reply was cut at its limit")
        : verdict;
  }

  /** As JSON: {@code transcript}, {@code opening}, {@code end}, {@code why} and {@code cut}. */
  public ObjectNode json() {
    ObjectNode json = MAPPER.createObjectNode();
    ArrayNode transcript = json.putArray("transcript");
    for (ChatMessage message : messages) {
      transcript.addObject().put("role", message.role()).put("content", message.content());
    }
    return json.put("opening", opening).put("end", end.label).put("why", why).put("cut", cut);
  }

  /** The JSON as text: a dialogue as its task's judge takes it. */
  public String text() {
    return json().toString();
  }

  /**
   * Reads a dialogue.
   *
   * @param json may have further fields
   * @throws IllegalArgumentException if it is none; the message names the field
   */
  public static Recording of(JsonNode json) {
    JsonNode transcript = json.path("transcript");
    if (!transcript.isArray()) {
      throw unexpected("transcript", transcript, "a list of messages");
    }
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : transcript) {
      JsonNode content = message.path("content");
      if (!content.isTextual() || message.path("role").asText().isEmpty()) {
        throw unexpected("transcript", message, "role and content of a message");
      }
      messages.add(new ChatMessage(message.path("role").asText(), content.textValue()));
    }
    JsonNode opening = json.path("opening");
    if (!opening.isInt()) {
      throw unexpected("opening", opening, "a number of messages");
    }
    String label = json.path("end").asText();
    End end =
        Arrays.stream(End.values())
            .filter(each -> each.label.equals(label))
            .findFirst()
            .orElseThrow(() -> unexpected("end", json.path("end"), labels()));
    boolean cut = json.path("cut").asBoolean();
    return new Recording(messages, opening.intValue(), end, json.path("why").asText(), cut);
  }

  private static String labels() {
    return Arrays.stream(End.values())
        .map(End::label)
        .collect(Collectors.joining(", ", "one of ", ""));
  }

  private static IllegalArgumentException unexpected(
      String field, JsonNode found, String expected) {
    return new IllegalArgumentException(
        "%s: found %s, expected %s"
            .formatted(field, found.isMissingNode() ? "nothing" : found, expected));
  }

  /**
   * Reads {@link #text}.
   *
   * @throws IllegalArgumentException if it is no dialogue; the message names the field
   */
  public static Recording parse(String text) {
    try {
      return of(MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a dialogue: " + e.getOriginalMessage(), e);
    }
  }
}
