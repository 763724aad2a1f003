package org.cycleqd.evaluation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.cycleqd.dialogue.Conversations;
import org.cycleqd.dialogue.Dialogue;
import org.cycleqd.dialogue.DialogueLimits;
import org.cycleqd.dialogue.RemoteChat;
import org.cycleqd.dialogue.Transcript;
import org.cycleqd.lm.Sampling;
import org.cycleqd.remote.Completion;
import org.cycleqd.remote.CompletionRequest;
import org.cycleqd.remote.Limits;
import org.cycleqd.remote.OpenAiClient;
import org.cycleqd.remote.RemoteException;
import org.cycleqd.remote.Score;
import org.cycleqd.remote.ScoreRequest;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.TextMeasure;

/** A model behind an endpoint. Its answers are not kept: its name does not say what it is. */
public final class RemoteRespondent implements Respondent {
  private static final int LINE_TOKENS = 64;

  /** Dialogues under way: more than a client's requests, since environments work meanwhile. */
  private static final int AT_ONCE = 32;

  private final OpenAiClient client;

  /** Asks through a client; does not close it. */
  public RemoteRespondent(OpenAiClient client) {
    this.client = client;
  }

  @Override
  public Optional<String> identity() {
    return Optional.empty();
  }

  @Override
  public List<Response> answer(
      Asking asking, List<Item> items, OptionalInt limit, Function<Item, Sampling> sampling)
      throws IOException, InterruptedException {
    try {
      return switch (asking) {
        case Asking.Line _ -> {
          List<Response> lines = new ArrayList<>();
          for (Response each : written(items, sampling, limit.orElse(LINE_TOKENS), List.of("\n"))) {
            lines.add(new Response(each.answer().strip(), List.of(), each.tokens()));
          }
          yield lines;
        }
        case Asking.Completion how -> {
          List<Response> texts = new ArrayList<>();
          for (Response each : written(items, sampling, limit.orElse(how.tokens()), how.stops())) {
            texts.add(new Response(how.cut(each.answer()), List.of(), each.tokens()));
          }
          yield texts;
        }
        case Asking.Choice how -> choices(Choices.of(how.by(), items));
        case Asking.Program _ ->
            throw new IllegalArgumentException(
                "a program is given a model that is run here, found one behind an endpoint");
        case Asking.Probability _ -> measures(items);
        case Asking.Talk _ -> throw new IllegalArgumentException("a dialogue is carried on");
      };
    } catch (RemoteException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public <V> List<Transcript<V>> talk(
      List<? extends Dialogue<V>> dialogues,
      DialogueLimits limits,
      Sampling sampling,
      IntConsumer progress)
      throws IOException, InterruptedException {
    return new Conversations(new RemoteChat(client), limits, sampling, AT_ONCE)
        .run(dialogues, progress);
  }

  private List<Response> written(
      List<Item> items, Function<Item, Sampling> sampling, int limit, List<String> stops)
      throws RemoteException, InterruptedException {
    // Servers take at most four stops; the answer is cut at the others here.
    List<String> sent = stops.subList(0, Math.min(4, stops.size()));
    Limits limits = new Limits(limit, sent);
    List<Completion> completions =
        client.completeAll(
            items.stream()
                .map(item -> CompletionRequest.of(item.prompt(), sampling.apply(item), limits))
                .toList());
    return completions.stream()
        .map(each -> new Response(each.text(), List.of(), each.completionTokens().orElse(0)))
        .toList();
  }

  private List<Response> choices(Choices choices) throws RemoteException, InterruptedException {
    List<ScoreRequest> requests = new ArrayList<>();
    choices
        .parts()
        .forEach(part -> requests.add(new ScoreRequest.Text(part.prompt(), part.continuation())));
    List<Score> scores = client.scoreAll(requests);
    return choices.responses(
        scores.stream()
            .map(score -> new Choices.Found(score.logProbability(), score.tokens().size()))
            .toList());
  }

  private List<Response> measures(List<Item> items) throws RemoteException, InterruptedException {
    List<ScoreRequest> requests = new ArrayList<>();
    items.forEach(item -> requests.add(new ScoreRequest.Text("", item.prompt())));
    List<Score> scores = client.scoreAll(requests);
    List<Response> responses = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Score score = scores.get(i);
      long bytes = items.get(i).prompt().getBytes(StandardCharsets.UTF_8).length;
      TextMeasure measure = new TextMeasure(score.logProbability(), score.tokens().size(), bytes);
      responses.add(new Response(measure.toString(), List.of(), measure.tokens()));
    }
    return responses;
  }
}
