package org.cycleqd.dialogue;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.text.ChatMessage;
import org.cycleqd.remote.ChatRequest;
import org.cycleqd.remote.Completion;
import org.cycleqd.remote.FinishReason;
import org.cycleqd.remote.Limits;
import org.cycleqd.remote.OpenAiClient;
import org.cycleqd.remote.RemoteException;

/**
 * A model behind an OpenAI-compatible server. A refusal (status 400) that speaks of the context
 * means that the chat does not fit; servers count the whole limit of the reply.
 */
public final class RemoteChat implements ChatModel {

  private static final int REFUSED = 400;

  private final OpenAiClient client;

  /** Uses a client; does not close it. */
  public RemoteChat(OpenAiClient client) {
    this.client = client;
  }

  /**
   * {@inheritDoc}
   *
   * @throws RemoteException if the server fails
   * @throws IOException if it does not say how many tokens a reply has
   */
  @Override
  public Reply reply(List<ChatMessage> messages, Sampling sampling, int limit)
      throws IOException, InterruptedException {
    Completion found;
    try {
      found = client.chat(ChatRequest.of(messages, sampling, Limits.of(limit)));
    } catch (RemoteException e) {
      String message = String.valueOf(e.getMessage());
      if (e.status() == REFUSED && message.toLowerCase(Locale.ROOT).contains("context")) {
        return new Reply.NoRoom(message);
      }
      throw e;
    }
    int tokens =
        found
            .completionTokens()
            .orElseThrow(
                () -> new IOException("usage.completion_tokens: found nothing, expected a number"));
    return new Reply.Said(found.text(), tokens, found.finish() == FinishReason.LENGTH);
  }
}
