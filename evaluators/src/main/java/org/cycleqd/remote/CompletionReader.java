package org.cycleqd.remote;

import java.util.ArrayList;
import java.util.List;

/** Reads answers. */
final class CompletionReader {

  private CompletionReader() {}

  /** An answer of {@code /v1/completions}. */
  static Completion completion(Reply reply) throws RemoteException {
    Field choice = choice(reply);
    return completion(reply, choice, choice.at("text").text());
  }

  /** An answer of {@code /v1/chat/completions}; its text is null if it was filtered or a tool's. */
  static Completion chat(Reply reply) throws RemoteException {
    Field choice = choice(reply);
    Field message = choice.at("message");
    if (!message.isThere()) {
      throw message.refusal("an object");
    }
    return completion(reply, choice, message.at("content").optionalText().orElse(""));
  }

  /** The names of an answer of {@code /v1/models}. */
  static List<String> models(Reply reply) throws RemoteException {
    List<String> names = new ArrayList<>();
    for (Field model : reply.root().at("data").elements()) {
      names.add(model.at("id").text());
    }
    return List.copyOf(names);
  }

  private static Field choice(Reply reply) throws RemoteException {
    Field choices = reply.root().at("choices");
    List<Field> all = choices.elements();
    if (all.size() != 1) {
      throw choices.refusal("%d choices".formatted(all.size()), "one");
    }
    return all.getFirst();
  }

  private static Completion completion(Reply reply, Field choice, String text)
      throws RemoteException {
    Field usage = reply.root().at("usage");
    return new Completion(
        text,
        FinishReason.of(choice.at("finish_reason").optionalText().orElse("")),
        LogProbabilities.read(choice.at("logprobs")),
        usage.at("prompt_tokens").optionalInteger(),
        usage.at("completion_tokens").optionalInteger());
  }
}
