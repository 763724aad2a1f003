package org.cycleqd.remote;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client of one endpoint; safe for use from many threads, which share its bound on requests in
 * flight.
 *
 * <p>A request is repeated after the statuses 408, 409, 425, 429 and 5xx, after connections that
 * fail or break and after time-outs, as {@link Retries} and {@link Timeouts} allow. Every method
 * throws {@link RemoteException} for what goes wrong with the server, and {@link
 * InterruptedException} when it is interrupted; requests in flight are cancelled then.
 */
public final class OpenAiClient implements AutoCloseable {

  private final Transport transport;

  /**
   * Prepares a client; nothing is sent yet.
   *
   * @throws IllegalStateException if the key's environment variable is not set
   */
  public OpenAiClient(Endpoint endpoint) {
    this(endpoint, System::getenv, Timing.system());
  }

  OpenAiClient(Endpoint endpoint, Function<String, @Nullable String> environment, Timing timing) {
    this.transport = new Transport(endpoint, ApiKey.read(endpoint, environment), timing);
  }

  /** Continues a prompt. */
  public Completion complete(CompletionRequest request)
      throws RemoteException, InterruptedException {
    return CompletionReader.completion(completions(request));
  }

  /** Continues many prompts; the answers come in their order, and the first failure ends it all. */
  public List<Completion> completeAll(List<CompletionRequest> requests)
      throws RemoteException, InterruptedException {
    return Batch.run(requests, this::complete);
  }

  /** Carries on a chat. */
  public Completion chat(ChatRequest request) throws RemoteException, InterruptedException {
    String json = RequestJson.of(transport.endpoint().model(), request);
    return CompletionReader.chat(
        transport.send(Call.post(transport.endpoint().call("chat/completions"), json)));
  }

  /** Carries on many chats; the answers come in their order, and the first failure ends it all. */
  public List<Completion> chatAll(List<ChatRequest> requests)
      throws RemoteException, InterruptedException {
    return Batch.run(requests, this::chat);
  }

  /**
   * Scores a continuation.
   *
   * @throws RemoteException also if the server does not tell enough to be sure of the number: no
   *     echo, no log-probabilities of the prompt, tokens that do not make up the text, or one that
   *     reaches from the prompt into the continuation
   */
  public Score score(ScoreRequest request) throws RemoteException, InterruptedException {
    return Scoring.read(request, completions(request.asCompletion()));
  }

  /** Scores many; the scores come in their order, and the first failure ends it all. */
  public List<Score> scoreAll(List<ScoreRequest> requests)
      throws RemoteException, InterruptedException {
    return Batch.run(requests, this::score);
  }

  /** The names of the models that the server has. */
  public List<String> models() throws RemoteException, InterruptedException {
    return CompletionReader.models(transport.send(Call.get(transport.endpoint().call("models"))));
  }

  /**
   * Makes the server take over a model, and returns when it serves it. The requests that this
   * client has in flight end before, and new ones wait.
   *
   * @param folder the exported model; the server must see it under the same path
   */
  public void reload(Reload reload, Path folder) throws RemoteException, InterruptedException {
    transport.reload(reload, folder.toAbsolutePath().normalize());
  }

  private Reply completions(CompletionRequest request)
      throws RemoteException, InterruptedException {
    String json = RequestJson.of(transport.endpoint().model(), request);
    return transport.send(Call.post(transport.endpoint().call("completions"), json));
  }

  /** Drops the connections, those in use included. */
  @Override
  public void close() {
    transport.close();
  }
}
